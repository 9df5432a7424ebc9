using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace IdempotencyGateway.Tests.Providers;

/// <summary>A provider that requires client certificates.</summary>
public sealed class ClientCertificatesTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ArrivalLog<string?> _seen = new("requests at the provider");
    private WebApplication? _provider;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = UntrustedCertificate.Instance,
            ClientCertificateMode = ClientCertificateMode.AllowCertificate,
            ClientCertificateValidation = (_, _, _) => true,
        })));
        _provider = builder.Build();
        _provider.Run(context =>
        {
            _seen.Add(context.Connection.ClientCertificate?.Subject);
            // The next request needs a new connection and so a new handshake.
            context.Response.Headers.Connection = "close";
            return context.Response.WriteAsync("done");
        });
        await _provider.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _provider!.StopAsync();
        await _provider.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_provider_sees_the_configured_certificate_and_a_renewed_one_from_the_next_connection_on()
    {
        var files = Write("CN=first", DateTime.UnixEpoch.AddYears(40));
        await using var gateway = await StartAsync(files);

        Assert.Equal("executed", (await gateway.PostAsync("a")).Source);
        Write("CN=second", DateTime.UnixEpoch.AddYears(41));
        Assert.Equal("executed", (await gateway.PostAsync("b")).Source);

        Assert.Equal(["CN=first", "CN=second"], _seen.All);
    }

    [Fact]
    public async Task Without_a_readable_certificate_nothing_is_sent_and_the_key_is_free()
    {
        await using var gateway = await StartAsync(new(_folder.File("nowhere.pem"), null));

        (await gateway.PostAsync("k")).AssertProblem(GatewayProblem.ProviderUnreachable, "k");

        Assert.Null(await gateway.FindAsync("k"));
        Assert.Equal(0, _seen.Count);
    }

    [Fact]
    public async Task A_cluster_that_has_none_shows_none()
    {
        await using var gateway = await StartAsync(null);

        Assert.Equal("executed", (await gateway.PostAsync("k")).Source);

        Assert.Equal([null], _seen.All);
    }

    private ClientCertificateFiles Write(string subject, DateTime changed)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        ClientCertificateFiles files = new(_folder.File("client.pem"), _folder.File("client.key"));
        File.WriteAllText(files.KeyFile!, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(files.CertificateFile, certificate.ExportCertificatePem());
        File.SetLastWriteTimeUtc(files.CertificateFile, changed);
        return files;
    }

    private Task<GatewayUnderTest> StartAsync(ClientCertificateFiles? files) => GatewayUnderTest.StartAsync(new(_provider!.Urls.Single()), setup => setup.Adjust = snapshot => snapshot with
    {
        Providers = new Dictionary<string, ProviderCredentials> { ["provider"] = new() { ClientCertificate = files } }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
        Clusters = [.. snapshot.Clusters.Select(cluster => cluster with { HttpClient = new() { DangerousAcceptAnyServerCertificate = true } })],
    });
}
