using System.Net;
using System.Security.Authentication;
using IdempotencyGateway.Fraud;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tls;
using IdempotencyGateway.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Tls;

/// <summary>The JA4 fingerprints of real clients' ClientHellos in real handshakes.</summary>
public sealed class ClientHelloTests
{
    private static readonly TestAuthority Authority = new();

    [Fact]
    public async Task Every_request_of_a_connection_knows_what_opened_it_and_so_do_other_connections_of_that_client()
    {
        await using var server = await StartAsync();
        using var one = new TlsClient(AddressOf(server), Authority.Root);
        using var another = new TlsClient(AddressOf(server), Authority.Root);

        var first = (await one.PostAsync("k", HttpVersion.Version20)).Text;

        Assert.Matches("^t13i[0-9]{4}h2_[0-9a-f]{12}_[0-9a-f]{12}$", first);
        Assert.Equal(first, (await one.PostAsync("k", HttpVersion.Version20)).Text);
        Assert.Single(one.Shown);
        Assert.Equal(first, (await another.PostAsync("k", HttpVersion.Version20)).Text);
    }

    [Fact]
    public async Task What_a_client_offers_is_in_its_name()
    {
        await using var server = await StartAsync();
        using var modern = new TlsClient(AddressOf(server), Authority.Root);
        using var old = new TlsClient(AddressOf(server), Authority.Root, protocols: SslProtocols.Tls12);

        // .NET's HTTP client sends no ALPN if it is limited to HTTP/1.1.
        Assert.Matches("^t13i[0-9]{4}00_", (await modern.PostAsync("k")).Text);
        Assert.Matches("^t12i[0-9]{4}00_", (await old.PostAsync("k")).Text);
    }

    private static Uri AddressOf(WebApplication server) => new(server.Urls.Single());

    private static async Task<WebApplication> StartAsync()
    {
        using var certificate = Authority.Server();
        using var folder = new TlsFolder(certificate);
        var tls = CurrentTls.Open(folder.Tls, TimeProvider.System);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, listen => TlsEndpoint.Configure(listen, tls)));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(context.Features.Get<IClientHelloFeature>()?.Ja4 ?? "none"));
        await app.StartAsync();
        return app;
    }
}
