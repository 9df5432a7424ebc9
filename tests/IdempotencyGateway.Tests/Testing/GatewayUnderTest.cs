using System.Collections.Frozen;
using System.Net.Sockets;
using System.Text;
using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.DryRuns;
using IdempotencyGateway.Hosting;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Stores.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// An in-process gateway on real ports with a SQLite file in a folder of its own. Its guarded route "guarded" matches everything under /guarded, its unguarded
/// route "open" everything under /open; both forward to /v3 of one provider. Disposal completes the exchanges in progress, and fails if a request body, a leader or a permit leaks.
/// </summary>
public sealed class GatewayUnderTest : IAsyncDisposable
{
    /// <summary>A valid session request for the simulated provider.</summary>
    public const string SessionBody = """{"workflow_id":"w-1"}""";

    private readonly WebApplication _app;
    private readonly TemporaryFolder? _folder;
    private readonly MemoryBudget _bodies;
    private readonly LeaderTable _leaders;

    private GatewayUnderTest(WebApplication app, TemporaryFolder? folder, IIdempotencyStore store, StoreSecret secret, CapturedLog log)
    {
        _app = app;
        _folder = folder;
        RawStore = store;
        Store = app.Services.GetService<RecordSeal>() is { } seal ? new SealedStore(store, seal) : store;
        Secret = secret;
        Log = log;
        _bodies = Get<MemoryBudget>();
        _leaders = Get<LeaderTable>();
        var addresses = Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        Address = new(addresses[0]);
        Http2Address = new(addresses[1]);
        AdminAddress = addresses.Length > 2 ? new(addresses[2]) : null;
        Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>The listener for cleartext HTTP/2 with prior knowledge.</summary>
    public Uri Http2Address { get; }

    /// <summary>The admin listener; null unless the setup asks for one.</summary>
    public Uri? AdminAddress { get; }

    public HttpClient Client { get; }

    /// <summary>The store as the gateway uses it, with responses decrypted.</summary>
    public IIdempotencyStore Store { get; }

    /// <summary>The store below the encryption: responses in it are ciphertext.</summary>
    public IIdempotencyStore RawStore { get; }

    public StoreSecret Secret { get; }

    public CapturedLog Log { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The memory that request bodies hold at the moment.</summary>
    public long BodyBytes => _bodies.UsedInBytes;

    public static async Task<GatewayUnderTest> StartAsync(Uri provider, Action<GatewaySetup>? configure = null)
    {
        var setup = new GatewaySetup();
        configure?.Invoke(setup);
        var own = setup.Folder is null ? new TemporaryFolder() : null;
        var folder = setup.Folder ?? own!;
        return await StartAsync(new SnapshotSource(Snapshot(provider, setup, folder)), folder, own, setup);
    }

    /// <summary>Starts a gateway from a configuration file and watches the file for changes.</summary>
    /// <param name="settings">Settings that override the file's, as on the command line: <c>ReverseProxy:Clusters:c:Destinations:d:Address=http://…</c>.</param>
    public static Task<GatewayUnderTest> StartFromAsync(string file, params string[] settings) => StartFromAsync(file, settings, new GatewaySetup());

    /// <param name="setup">Only what the file cannot say is used: the clock, the store, the admin tokens and the key ring.</param>
    public static async Task<GatewayUnderTest> StartFromAsync(string file, string[] settings, GatewaySetup setup)
    {
        var folder = new TemporaryFolder();
        string[] ours =
        [
            "Listen:Proxy:0=http://127.0.0.1:0", "Listen:Http2:0=http://127.0.0.1:0", "Listen:Admin=none", $"Store:Sqlite:Path={folder.File("gateway.db")}", $"Store:SecretFile={folder.File("secret")}",
        ];
        var input = new ConfigurationInput(file, new Dictionary<string, string?>(), [.. ours.Concat(settings).Select(setting => "--" + setting)]);
        var loaded = input.Load();
        if (loaded is not SnapshotResult.Valid(var snapshot))
        {
            var problems = ((SnapshotResult.Invalid)loaded).Problems.Select(p => $"{p.Path} ({p.Origin}) {p.Message}");
            throw new InvalidOperationException(string.Join('\n', problems));
        }
        return await StartAsync(new SnapshotSource(snapshot) { Watched = new(input, loaded.Files) }, folder, folder, setup);
    }

    /// <param name="own">The folder if it is to be deleted with the gateway; else null.</param>
    private static async Task<GatewayUnderTest> StartAsync(SnapshotSource snapshots, TemporaryFolder folder, TemporaryFolder? own, GatewaySetup setup)
    {
        var secret = new StoreSecret(new byte[StoreSecret.SizeInBytes]);
        var store = setup.WrapStore(setup.StoreInstead ?? SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = folder.File("gateway.db") }, setup.Clock));
        var log = new CapturedLog();
        var app = GatewayApplication.Build(snapshots, new GatewayParts(store, secret, setup.Clock) { AdminTokens = setup.AdminTokens, KeyRing = setup.KeyRing(secret) }, logging => logging.AddProvider(log));
        await app.StartAsync();
        return new(app, own, store, secret, log);
    }

    /// <summary>Creates a POST to the guarded route with a key and a credential.</summary>
    public static HttpRequestMessage Post(string? key, string body = SessionBody, string path = "/guarded/session/", string caller = "caller-1")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        request.Headers.TryAddWithoutValidation("x-api-key", caller);
        return request;
    }

    public Task<HttpResponseMessage> SendAsync(string? key, string body = SessionBody, string path = "/guarded/session/", string caller = "caller-1") =>
        Client.SendAsync(Post(key, body, path, caller));

    /// <summary>Sends a guarded POST and reads the whole answer.</summary>
    public Task<Answer> PostAsync(string? key, string body = SessionBody, string path = "/guarded/session/", string caller = "caller-1") =>
        Answer.ReadAsync(SendAsync(key, body, path, caller));

    /// <summary>Sends a request and reads the whole answer.</summary>
    public Task<Answer> AskAsync(HttpRequestMessage request) => Answer.ReadAsync(Client.SendAsync(request));

    /// <summary>Sends these bytes on a new connection and reads the whole answer.</summary>
    public async Task<Answer> AskRawAsync(string request) =>
        Answer.From(await RawClient.Exchange(Address, request) ?? throw new InvalidOperationException("the gateway gave no answer"));

    /// <summary>The storage key of this caller's idempotency key on the guarded route.</summary>
    public StorageKey StorageKeyOf(string key, string caller = "caller-1")
    {
        Assert.True(IdempotencyKey.TryParse(key, out var parsed, out _));
        return StorageKey.Derive(Secret, CallerScope.FromCredentials(Secret, [new("x-api-key", caller)]), "guarded", parsed, null, null);
    }

    public async Task<StoredRecord?> FindAsync(string key, string caller = "caller-1") =>
        await Store.FindAsync(StorageKeyOf(key, caller), CancellationToken.None);

    /// <summary>Erases a record as an operator would through another gateway: this gateway is not notified.</summary>
    public void Erase(StorageKey record) => Store.EraseAsync(
        record, RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.Erased, null, DateTimeOffset.UnixEpoch)), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>Claims the record of the default POST, as another gateway process would.</summary>
    public async Task<ClaimTicket> ClaimElsewhereAsync(string key) =>
        Assert.IsType<ClaimResult.Won>(await AskStoreElsewhereAsync(key, new OwnerId(1))).Ticket;

    /// <summary>Attempts to claim the record of the default POST, as another gateway process would, and returns the store's result.</summary>
    public async Task<ClaimResult> AskStoreElsewhereAsync(string key, OwnerId owner, bool asSent = true)
    {
        var claim = new ClaimRequest
        {
            Key = StorageKeyOf(key),
            Fingerprint = Get<FingerprintHasher>().Compute(new FingerprintSubject
            {
                Method = "POST",
                Path = "/guarded/session/",
                Query = "",
                ContentType = "application/json; charset=utf-8",
                Body = Encoding.UTF8.GetBytes(SessionBody),
                Form = BodyForm.Auto,
            }).Fingerprint,
            Owner = owner,
            Lease = TimeSpan.FromSeconds(30),
            Retention = TimeSpan.FromHours(1),
            AsSent = asSent,
        };
        return await Store.ClaimAsync(claim, CancellationToken.None);
    }

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Completes the exchanges in progress, within the shutdown grace period.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>Completes once no exchange holds a body or a leader, that is, once all exchanges and their deferred writes have ended.</summary>
    public Task WhenIdleAsync() => Eventually.TrueAsync("no body and no leader is left", () => _bodies.UsedInBytes == 0 && _leaders.Count == 0 && Get<DryRunObserver>().CopiedBytes == 0);

    /// <summary>Completes once every permit of every limit has been returned.</summary>
    private Task WhenPermitsAreReturnedAsync()
    {
        var limits = Get<GatewayLimits>();
        var answers = Get<AnswerBudget>();
        return Eventually.TrueAsync("every permit is returned", () =>
            limits is { Requests: { Taken: 0, Callers: 0 }, Executions: { Taken: 0, Callers: 0 }, Waiters: { Taken: 0, Callers: 0 } } && answers.UsedInBytes == 0);
    }

    /// <summary>Completes once new connections are refused.</summary>
    public Task WhenRefusingAsync() => Eventually.TrueAsync("connections are refused", async () =>
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(Address.Host, Address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await WhenIdleAsync();
        await WhenPermitsAreReturnedAsync();
        await _app.DisposeAsync();
        await RawStore.DisposeAsync();
        _folder?.Dispose();
    }

    private static GatewaySnapshot Snapshot(Uri provider, GatewaySetup setup, TemporaryFolder folder)
    {
        var policy = setup.Policy;
        var named = FrozenDictionary.ToFrozenDictionary(new Dictionary<string, GuardedRoute> { ["guarded"] = new("guarded", policy) });
        RouteConfig guarded = new()
        {
            RouteId = "guarded",
            ClusterId = "provider",
            Match = new() { Path = "/guarded/{**rest}" },
            Metadata = new Dictionary<string, string> { ["Idempotency"] = policy.Name },
            Transforms = Under("/guarded"),
            Order = 1,
        };
        RouteConfig open = new()
        {
            RouteId = "open",
            ClusterId = "provider",
            Match = new() { Path = "/open/{**rest}" },
            Transforms = Under("/open"),
            Order = 2,
        };
        ClusterConfig cluster = new()
        {
            ClusterId = "provider",
            Destinations = setup.Destinations(provider),
            HttpRequest = setup.HttpRequest,
            HttpClient = setup.HttpClient,
        };
        return setup.Adjust(new GatewaySnapshot
        {
            Listen = new([new("http://127.0.0.1:0")], setup.Admin ? new("http://127.0.0.1:0") : null) { Http2 = [new("http://127.0.0.1:0")] },
            Store = new() { SqlitePath = folder.File("gateway.db"), SecretFile = folder.File("secret") },
            Admin = new() { AuditFile = folder.File("audit.log") },
            Policies = FrozenDictionary.ToFrozenDictionary(new Dictionary<string, IdempotencyPolicy> { [policy.Name] = policy }),
            GuardedRoutes = policy.DryRun ? FrozenDictionary<string, GuardedRoute>.Empty : named,
            DryRuns = policy.DryRun ? named : FrozenDictionary<string, GuardedRoute>.Empty,
            Routes = [setup.AdjustRoute(guarded), open],
            Clusters = [cluster],
            Logging = new() { Console = LogFormat.None },
        });
    }

    private static Dictionary<string, string>[] Under(string prefix) => [new() { ["PathRemovePrefix"] = prefix }, new() { ["PathPrefix"] = "/v3" }];
}
