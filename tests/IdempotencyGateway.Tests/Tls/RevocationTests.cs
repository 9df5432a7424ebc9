using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tls;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Tls;

/// <summary>
/// Revoked client certificates. The gateway fetches the revocation list (CRL) over HTTP from the URL in the certificate. The runtime caches it in the user's home by its URL until
/// it expires, so every list here has a URL of its own.
/// </summary>
public sealed class RevocationTests : ExchangeTest
{
    private static readonly TestAuthority Authority = new();
    private readonly TestAuthority _clients = new("client root");

    [Fact]
    public async Task A_certificate_that_was_revoked_gets_no_connection_and_its_neighbour_does()
    {
        await using var lists = await Lists.StartAsync();
        var crlUrl = lists.New();
        var (good, revoked) = (_clients.Client("CN=good", crlUrl: crlUrl), _clients.Client("CN=revoked", crlUrl: crlUrl));
        lists.Publish(crlUrl, _clients.RevocationList(age: TimeSpan.Zero, revoked));
        var gateway = await StartAsync();

        Assert.Equal(201, (await AskAsync(gateway, good)).Status);
        await AssertRefusedAsync(gateway, revoked);
        Assert.Equal(201, (await AskAsync(gateway, good)).Status);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_certificate_below_a_revoked_authority_gets_no_connection()
    {
        await using var lists = await Lists.StartAsync();
        var (rootList, list) = (lists.New(), lists.New());
        var (good, revoked) = (_clients.Intermediate(rootList), _clients.Intermediate(rootList));
        lists.Publish(rootList, _clients.RevocationList(age: TimeSpan.Zero, revoked.Root));
        lists.Publish(list, good.RevocationList(age: TimeSpan.Zero));
        var revokedList = lists.New();
        lists.Publish(revokedList, revoked.RevocationList(age: TimeSpan.Zero));
        var gateway = await StartAsync();

        await AssertRefusedAsync(gateway, revoked.Client("CN=one", crlUrl: revokedList), revoked.Root);
        Assert.Equal(201, (await AskAsync(gateway, good.Client("CN=one", crlUrl: list), good.Root)).Status);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Theory]
    [InlineData("names no list")]
    [InlineData("is not there")]
    [InlineData("is no list")]
    [InlineData("is out of date")]
    [InlineData("is somebody else's")]
    public async Task While_the_authority_cannot_be_asked_there_is_no_connection(string why)
    {
        await using var lists = await Lists.StartAsync();
        var crlUrl = lists.New();
        switch (why)
        {
            case "is no list":
                lists.Publish(crlUrl, "no list"u8.ToArray());
                break;
            case "is out of date":
                lists.Publish(crlUrl, _clients.RevocationList(age: TimeSpan.FromDays(2)));
                break;
            case "is somebody else's":
                lists.Publish(crlUrl, new TestAuthority("client root").RevocationList(age: TimeSpan.Zero));
                break;
        }
        var gateway = await StartAsync();

        await AssertRefusedAsync(gateway, _clients.Client("CN=one", crlUrl: why == "names no list" ? null : crlUrl));
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_list_is_good_until_it_is_out_of_date_whatever_is_revoked_meanwhile()
    {
        await using var lists = await Lists.StartAsync();
        var crlUrl = lists.New();
        var client = _clients.Client("CN=one", crlUrl: crlUrl);
        lists.Publish(crlUrl, _clients.RevocationList(age: TimeSpan.Zero));
        var gateway = await StartAsync();
        Assert.Equal(201, (await AskAsync(gateway, client)).Status);

        lists.Publish(crlUrl, _clients.RevocationList(age: TimeSpan.Zero, client));

        Assert.Equal(201, (await AskAsync(gateway, client)).Status);
        Assert.Equal(1, lists.Requests.Count);
    }

    [Fact]
    public async Task If_revocation_is_not_checked_no_list_is_fetched()
    {
        await using var lists = await Lists.StartAsync();
        var crlUrl = lists.New();
        var revoked = _clients.Client("CN=one", crlUrl: crlUrl);
        lists.Publish(crlUrl, _clients.RevocationList(age: TimeSpan.Zero, revoked));
        var gateway = await StartAsync(asks: false);

        Assert.Equal(201, (await AskAsync(gateway, revoked)).Status);
        Assert.Equal(0, lists.Requests.Count);
    }

    /// <summary>Otherwise any client could make the gateway send requests to arbitrary addresses (SSRF) through its certificate's CRL URL.</summary>
    [Fact]
    public async Task What_comes_from_no_listed_root_has_nothing_fetched()
    {
        await using var lists = await Lists.StartAsync();
        var strangers = new TestAuthority("client root");
        var intermediate = strangers.Intermediate(lists.New());
        var gateway = await StartAsync();

        await AssertRefusedAsync(gateway, strangers.Client("CN=one", crlUrl: lists.New()));
        await AssertRefusedAsync(gateway, intermediate.Client("CN=one", crlUrl: lists.New()), intermediate.Root);
        await AssertRefusedAsync(gateway, intermediate.Client("CN=one", crlUrl: lists.New()));
        var (forged, signer) = _clients.ClientSignedByAClient("CN=one", "CN=two", crlUrl: lists.New());
        await AssertRefusedAsync(gateway, forged, signer);
        Assert.Empty(lists.Requests.All);
    }

    private static async Task<Answer> AskAsync(GatewayUnderTest gateway, X509Certificate2 own, X509Certificate2? intermediate = null)
    {
        using var client = new TlsClient(gateway.Address, Authority.Root, own, intermediate: intermediate);
        return await client.PostAsync("k");
    }

    private static async Task AssertRefusedAsync(GatewayUnderTest gateway, X509Certificate2 own, X509Certificate2? intermediate = null) =>
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(gateway, own, intermediate));

    private async Task<GatewayUnderTest> StartAsync(bool asks = true)
    {
        using var certificate = Authority.Server();
        using var files = new TlsFolder(certificate);
        await File.WriteAllTextAsync(files.File("clients.pem"), _clients.RootPem);
        return await StartAsync(setup => files.Secure(setup, tls => tls with
        {
            ClientCertificates = ClientCertificates.Required,
            ClientCaFile = files.File("clients.pem"),
            ChecksClientRevocation = asks,
        }));
    }

    /// <summary>A server that publishes revocation lists, each at a URL of its own.</summary>
    private sealed class Lists : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, byte[]> _lists = [];
        private KestrelProvider _server = null!;

        public ArrivalLog<string> Requests => _server.Requests;

        public static async Task<Lists> StartAsync()
        {
            var lists = new Lists();
            lists._server = await KestrelProvider.StartAsync(async context =>
            {
                if (lists._lists.TryGetValue(context.Request.Path!, out var list))
                    await context.Response.Body.WriteAsync(list);
                else
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
            });
            return lists;
        }

        public Uri New() => new(_server.Address, $"{Guid.NewGuid():N}.crl");

        public void Publish(Uri at, byte[] list) => _lists[at.AbsolutePath] = list;

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }
}
