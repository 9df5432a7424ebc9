using System.Collections.Frozen;
using System.Net.Sockets;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Hosting;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Stores.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// A real gateway on a real port with a real database in a folder of its own. One guarded route, "guarded", takes everything under /guarded; "open" takes the
/// rest. Both lead to one provider.
/// </summary>
public sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TemporaryFolder _folder;

    private GatewayUnderTest(WebApplication app, TemporaryFolder folder, IIdempotencyStore store, StoreSecret secret, CapturedLog log)
    {
        _app = app;
        _folder = folder;
        Store = store;
        Secret = secret;
        Log = log;
        Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IIdempotencyStore Store { get; }

    public StoreSecret Secret { get; }

    public CapturedLog Log { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<GatewayUnderTest> StartAsync(Uri provider, Action<GatewaySetup>? configure = null)
    {
        var setup = new GatewaySetup();
        configure?.Invoke(setup);
        var folder = new TemporaryFolder();
        var secret = new StoreSecret(new byte[StoreSecret.SizeInBytes]);
        var store = setup.WrapStore(SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = folder.File("gateway.db") }, setup.Clock));
        var log = new CapturedLog();
        var app = GatewayApplication.Build(
            new SnapshotSource(Snapshot(provider, setup, folder)),
            new GatewayParts(store, secret, setup.Clock),
            logging => logging.AddProvider(log));
        await app.StartAsync();
        return new(app, folder, store, secret, log);
    }

    /// <summary>A POST to the guarded route with a key and credentials, ready to send.</summary>
    public static HttpRequestMessage Post(string? key, string body = """{"a":1}""", string path = "/guarded/session/", string caller = "caller-1")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        request.Headers.TryAddWithoutValidation("x-api-key", caller);
        return request;
    }

    public Task<HttpResponseMessage> SendAsync(string? key, string body = """{"a":1}""", string path = "/guarded/session/", string caller = "caller-1") =>
        Client.SendAsync(Post(key, body, path, caller));

    /// <summary>Finishes what is under way, within the grace time.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Store.DisposeAsync();
        _folder.Dispose();
    }

    private static GatewaySnapshot Snapshot(Uri provider, GatewaySetup setup, TemporaryFolder folder)
    {
        var policy = setup.Policy;
        RouteConfig guarded = new()
        {
            RouteId = "guarded",
            ClusterId = "provider",
            Match = new() { Path = "/guarded/{**rest}" },
            Metadata = new Dictionary<string, string> { ["Idempotency"] = policy.Name },
            Order = 1,
        };
        RouteConfig open = new() { RouteId = "open", ClusterId = "provider", Match = new() { Path = "/open/{**rest}" }, Order = 2 };
        ClusterConfig cluster = new()
        {
            ClusterId = "provider",
            Destinations = setup.Destinations(provider),
            HttpRequest = setup.HttpRequest,
        };
        return setup.Adjust(new GatewaySnapshot
        {
            Listen = new([new("http://127.0.0.1:0")], null),
            Store = new() { SqlitePath = folder.File("gateway.db"), SecretFile = folder.File("secret") },
            Policies = FrozenDictionary.ToFrozenDictionary(new Dictionary<string, IdempotencyPolicy> { [policy.Name] = policy }),
            GuardedRoutes = FrozenDictionary.ToFrozenDictionary(new Dictionary<string, GuardedRoute> { ["guarded"] = new("guarded", policy) }),
            Routes = [setup.AdjustRoute(guarded), open],
            Clusters = [cluster],
            Logging = LoggingSnapshot.Off,
        });
    }
}
