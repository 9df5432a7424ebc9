using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tls;
using IdempotencyGateway.Tls;

namespace IdempotencyGateway.Tests.Tls;

/// <summary>The gateway's TLS listener, over HTTP/1.1 and HTTP/2.</summary>
public sealed class TlsEndpointTests : ExchangeTest
{
    private static readonly TestAuthority Authority = new();

    [Fact]
    public async Task The_same_address_serves_both_versions_and_a_replay_does_not_care_which()
    {
        using var certificate = Authority.Server();
        using var folder = new TlsFolder(certificate);
        var gateway = await StartAsync(setup => folder.Secure(setup));
        using var client = new TlsClient(gateway.Address, Authority.Root);

        var first = await client.PostAsync("k-1", HttpVersion.Version20);
        var second = await client.PostAsync("k-1", HttpVersion.Version11);

        Assert.Equal((201, GuardedHeaders.Executed), (first.Status, first.Source));
        Assert.Equal((201, GuardedHeaders.FromRecord), (second.Status, second.Source));
        Assert.Equal(first.Text, second.Text);
        Assert.Equal([certificate.Thumbprint, certificate.Thumbprint], client.Shown);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_stands_between_its_certificate_and_the_root_is_sent_along(bool pfx)
    {
        var (own, intermediate) = Authority.ServerUnderIntermediate();
        using var folder = new TlsFolder(own);
        File.AppendAllText(folder.CertificateFile, "\n" + intermediate.ExportCertificatePem());
        using var withoutKey = X509CertificateLoader.LoadCertificate(intermediate.RawData);
        File.WriteAllBytes(folder.File("tls.pfx"), new X509Certificate2Collection { withoutKey, own }.Export(X509ContentType.Pfx)!);
        var gateway = await StartAsync(setup => folder.Secure(setup, tls => pfx ? new() { PfxFile = folder.File("tls.pfx") } : tls));
        using var client = new TlsClient(gateway.Address, Authority.Root);

        Assert.Equal(201, (await client.PostAsync("k-1")).Status);
        Assert.Equal([own.Thumbprint], client.Shown);
    }

    [Theory]
    [InlineData(TlsVersion.Tls12, SslProtocols.Tls12, true)]
    [InlineData(TlsVersion.Tls12, SslProtocols.Tls13, true)]
    [InlineData(TlsVersion.Tls13, SslProtocols.Tls12, false)]
    [InlineData(TlsVersion.Tls13, SslProtocols.Tls13, true)]
    public async Task No_version_of_TLS_below_the_minimum_is_spoken(TlsVersion minimum, SslProtocols offered, bool isServed)
    {
        using var certificate = Authority.Server();
        using var folder = new TlsFolder(certificate);
        var gateway = await StartAsync(setup => folder.Secure(setup, tls => tls with { MinimumVersion = minimum }));
        using var client = new TlsClient(gateway.Address, Authority.Root, protocols: offered);

        if (isServed)
            Assert.Equal(201, (await client.PostAsync("k-1")).Status);
        else
            await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("k-1"));
    }

    [Theory]
    [InlineData("Content-Length: +2\r\n\r\n{}")]
    [InlineData("Content-Length: 2, 2\r\n\r\n{}")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Bare: line feed\nContent-Length: 2\r\n\r\n{}")]
    public async Task Ambiguous_framing_is_refused_as_it_is_without_TLS(string rest)
    {
        using var certificate = Authority.Server();
        using var folder = new TlsFolder(certificate);
        var gateway = await StartAsync(setup => folder.Secure(setup));
        using var client = await RawClient.ConnectTls(gateway.Address);
        await client.Send("POST /guarded/echo HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: k\r\n" + rest);

        var answer = await client.ReadAnswer();

        Assert.Equal(400, answer?.Status);
        Assert.Empty(await client.ReadToEnd());
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task Cleartext_on_the_TLS_address_reaches_nothing()
    {
        using var certificate = Authority.Server();
        using var folder = new TlsFolder(certificate);
        var gateway = await StartAsync(setup => folder.Secure(setup));

        Assert.Null(await RawClient.Exchange(gateway.Address, RawClient.Request("POST", "/guarded/echo", "{}", new Field("Idempotency-Key", "k"))));
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public void The_gateway_does_not_start_without_its_TLS_files()
    {
        using var certificate = Authority.Server();
        using var folder = new TlsFolder(certificate);
        File.Delete(folder.KeyFile);

        var refused = Assert.Throws<TlsFilesException>(() => CurrentTls.Open(folder.Tls, TimeProvider.System));

        Assert.StartsWith($"Listen:Tls:KeyFile {folder.KeyFile} cannot be read", refused.Message, StringComparison.Ordinal);
    }
}
