using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tls;
using IdempotencyGateway.Tls;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Tests.Tls;

/// <summary>Callers identified by a client certificate: they stay the same caller after renewal, and only the certificate of the TLS handshake counts, not a header.</summary>
public sealed class ClientCertificatesTests : ExchangeTest
{
    private static readonly TestAuthority Authority = new();
    private static readonly TestAuthority Clients = new("client root");
    private static readonly DateTimeOffset Later = DateTimeOffset.UnixEpoch.AddYears(99);

    [Fact]
    public async Task Two_callers_with_one_key_are_two_operations_over_either_version()
    {
        using var files = Files();
        var gateway = await StartAsync(files);
        using var one = Client(gateway, Clients.Client("CN=one"));
        using var two = Client(gateway, Clients.Client("CN=two"));

        var first = await one.PostAsync("k", System.Net.HttpVersion.Version20);
        var second = await two.PostAsync("k");

        Assert.NotEqual(first.Text, second.Text);
        Assert.Equal((first.Text, second.Text), ((await one.PostAsync("k")).Text, (await two.PostAsync("k")).Text));
        Assert.Equal(2, Executions.Total);
    }

    [Theory]
    [InlineData(CertificateName.Subject, true)]
    [InlineData(CertificateName.San, true)]
    [InlineData(CertificateName.Thumbprint, false)]
    public async Task A_renewed_certificate_is_the_same_caller_by_its_names(CertificateName name, bool isSame)
    {
        using var files = Files();
        var gateway = await StartAsync(files, name: name);
        var san = new Uri("spiffe://example.com/one");
        using var old = Client(gateway, Clients.Client("CN=one", san: san));
        using var renewed = Client(gateway, Clients.Client("CN=one", until: Later, san: san));

        await old.PostAsync("k");

        Assert.Equal(isSame ? GuardedHeaders.FromRecord : GuardedHeaders.Executed, (await renewed.PostAsync("k")).Source);
    }

    [Fact]
    public async Task The_same_name_under_another_trusted_root_is_another_caller()
    {
        var others = new TestAuthority("other root");
        using var files = Files();
        await File.AppendAllTextAsync(files.File("clients.pem"), "\n" + others.RootPem);
        var gateway = await StartAsync(files);
        using var one = Client(gateway, Clients.Client("CN=one"));
        using var namesake = Client(gateway, others.Client("CN=one"));

        await one.PostAsync("k");

        Assert.Equal(GuardedHeaders.Executed, (await namesake.PostAsync("k")).Source);
    }

    [Fact]
    public async Task The_same_name_under_another_authority_below_the_same_root_is_the_same_caller()
    {
        var (own, intermediate) = Clients.ClientUnderIntermediate("CN=one");
        using var files = Files();
        var gateway = await StartAsync(files);
        using var before = Client(gateway, Clients.Client("CN=one"));
        using var since = new TlsClient(gateway.Address, Authority.Root, own, intermediate: intermediate);

        await before.PostAsync("k");

        Assert.Equal(GuardedHeaders.FromRecord, (await since.PostAsync("k")).Source);
    }

    [Theory]
    [InlineData(ClientCertificates.Allowed)]
    [InlineData(ClientCertificates.Required)]
    public async Task A_certificate_from_a_root_that_is_not_listed_gets_no_connection(ClientCertificates mode)
    {
        using var files = Files();
        var gateway = await StartAsync(files, mode);

        // A certificate with the same names from another root of the same name, one from the server's root, and the server's root itself.
        foreach (var strange in new[] { new TestAuthority("client root").Client("CN=one"), Authority.Client("CN=one"), Authority.Root })
        {
            using var client = Client(gateway, strange);
            await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("k"));
        }
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_listed_root_is_no_client_itself()
    {
        using var files = Files();
        var gateway = await StartAsync(files);
        using var client = Client(gateway, Clients.Root);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("k"));
    }

    /// <summary>Otherwise any client could make the gateway send requests to arbitrary addresses (SSRF) through its certificate's issuer URL.</summary>
    [Fact]
    public async Task What_a_client_does_not_send_along_is_not_fetched_from_where_its_certificate_says()
    {
        await using var elsewhere = await KestrelProvider.StartAsync(_ => Task.CompletedTask);
        var (own, _) = Clients.ClientUnderIntermediate("CN=one", issuerUrl: new(elsewhere.Address, "intermediate.crt"));
        using var files = Files();
        var gateway = await StartAsync(files);
        using var client = Client(gateway, own);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("k"));
        Assert.Equal(0, elsewhere.Requests.Count);
    }

    [Fact]
    public async Task A_certificate_that_is_good_for_something_else_or_expired_gets_no_connection()
    {
        using var files = Files();
        var gateway = await StartAsync(files);
        foreach (var unfit in new[] { Clients.Server(), Clients.Client("CN=one", until: DateTimeOffset.UnixEpoch.AddYears(1)) })
        {
            using var client = Client(gateway, unfit);
            await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("k"));
        }
    }

    [Fact]
    public async Task Without_a_certificate_there_is_no_connection_where_it_is_required()
    {
        using var files = Files();
        var gateway = await StartAsync(files, ClientCertificates.Required);
        using var client = Client(gateway, own: null);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("k"));
    }

    [Fact]
    public async Task Without_a_certificate_the_caller_is_unknown_where_it_is_allowed_whatever_headers_say()
    {
        using var files = Files();
        var gateway = await StartAsync(files);
        using var known = Client(gateway, Clients.Client("CN=one"));
        using var unknown = Client(gateway, own: null);
        await known.PostAsync("k");
        var pem = Uri.EscapeDataString(Clients.Client("CN=one").ExportCertificatePem());

        var answer = await unknown.PostAsync("k", headers: [new("X-Client-Cert", pem), new("X-Forwarded-Client-Cert", $"Cert=\"{pem}\""), new("Client-Cert", pem)]);

        answer.AssertProblem(GatewayProblem.CallerUnknown, "k");
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_certificate_under_one_that_the_client_sends_along_is_good_on_every_connection()
    {
        var (own, intermediate) = Clients.ClientUnderIntermediate("CN=one");
        using var files = Files();
        var gateway = await StartAsync(files);
        for (var connection = 0; connection < 3; connection++)
        {
            using var client = new TlsClient(gateway.Address, Authority.Root, own, intermediate: intermediate);
            Assert.Equal(201, (await client.PostAsync("k")).Status);
        }
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task A_client_cannot_make_itself_another_one_by_signing_its_certificate()
    {
        var (forged, signer) = Clients.ClientSignedByAClient("CN=one", "CN=two");
        using var files = Files();
        var gateway = await StartAsync(files);
        using (var real = Client(gateway, signer))
            Assert.Equal(201, (await real.PostAsync("k")).Status);
        using var client = new TlsClient(gateway.Address, Authority.Root, forged, intermediate: signer);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("k"));
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_certificate_under_an_authority_below_no_listed_root_gets_no_connection()
    {
        var (own, intermediate) = new TestAuthority("other root").ClientUnderIntermediate("CN=one");
        using var files = Files();
        var gateway = await StartAsync(files);
        using var client = new TlsClient(gateway.Address, Authority.Root, own, intermediate: intermediate);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("k"));
    }

    [Theory]
    [InlineData(ClientCertificates.Off, true)]
    [InlineData(ClientCertificates.Allowed, false)]
    [InlineData(ClientCertificates.Required, false)]
    public void Where_certificates_are_asked_for_no_session_is_resumed_because_it_would_lack_what_the_client_sent_along(ClientCertificates mode, bool resumes)
    {
        using var files = Files();
        var served = Assert.IsType<TlsFilesResult.Usable>(TlsFiles.Read(Ask(files, files.Tls, mode), Later.AddYears(-10))).Tls;
        var handshake = new SslServerAuthenticationOptions();

        served.Apply(handshake, new FeatureCollection());

        Assert.Equal(resumes, handshake.AllowTlsResume);
    }

    [Fact]
    public async Task A_certificate_without_the_name_that_counts_is_nobodys()
    {
        using var files = Files();
        var gateway = await StartAsync(files, name: CertificateName.San);
        using var client = Client(gateway, Clients.Client("CN=one"));

        (await client.PostAsync("k")).AssertProblem(GatewayProblem.CallerUnknown, "k");
    }

    [Fact]
    public async Task A_connection_that_outlives_its_certificate_is_nobodys()
    {
        using var files = Files();
        var clock = new ManualTimeProvider();
        var gateway = await StartAsync(files, clock: clock);
        using var client = Client(gateway, Clients.Client("CN=one"));
        Assert.Equal(201, (await client.PostAsync("k")).Status);

        clock.JumpWallClock(DateTimeOffset.UnixEpoch.AddYears(100) - clock.GetUtcNow());

        (await client.PostAsync("k")).AssertProblem(GatewayProblem.CallerUnknown, "k");
    }

    [Fact]
    public void Roots_that_cannot_be_read_or_are_none_are_told()
    {
        using var files = Files();
        var tls = Ask(files, files.Tls, ClientCertificates.Required);

        Assert.IsType<TlsFilesResult.Usable>(TlsFiles.Read(tls, Later.AddYears(-10)));
        File.WriteAllText(files.File("clients.pem"), Clients.Client("CN=one").ExportCertificatePem());
        Assert.Contains("is not a list of root certificates", Problem(tls), StringComparison.Ordinal);
        File.Delete(files.File("clients.pem"));
        Assert.Contains("cannot be read", Problem(tls), StringComparison.Ordinal);
    }

    private static string Problem(ListenTlsSnapshot tls)
    {
        var problem = Assert.Single(Assert.IsType<TlsFilesResult.Broken>(TlsFiles.Read(tls, Later.AddYears(-10))).Problems);
        Assert.Equal("Listen:Tls:ClientCaFile", problem.Path);
        return problem.Message;
    }

    private static TlsFolder Files()
    {
        using var certificate = Authority.Server();
        var files = new TlsFolder(certificate);
        File.WriteAllText(files.File("clients.pem"), Clients.RootPem);
        return files;
    }

    private static ListenTlsSnapshot Ask(TlsFolder files, ListenTlsSnapshot tls, ClientCertificates mode) =>
        tls with { ClientCertificates = mode, ClientCaFile = files.File("clients.pem") };

    private static TlsClient Client(GatewayUnderTest gateway, X509Certificate2? own) => new(gateway.Address, Authority.Root, own);

    private Task<GatewayUnderTest> StartAsync(
        TlsFolder files,
        ClientCertificates mode = ClientCertificates.Allowed,
        CertificateName name = CertificateName.Subject,
        TimeProvider? clock = null) =>
        StartAsync(setup =>
        {
            setup.Clock = clock ?? setup.Clock;
            files.Secure(setup, tls => Ask(files, tls, mode));
            setup.Policy = setup.Policy with { Caller = new() { Scope = CallerScopeKind.ClientCertificate, Certificate = name, Headers = [] } };
        });
}
