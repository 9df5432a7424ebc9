using IdempotencyGateway.Load.Processes;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>The processes of one comparison: one provider for both sides, and what stands in front of it.</summary>
internal sealed class LoadServers : IAsyncDisposable
{
    private readonly List<ServerProcess> _servers = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("idempotency-gateway-load-").FullName;
    private ServerProcess? _provider;
    private RedisServer? _redis;

    private const string Sqlite = """{ "Kind": "Sqlite", "Sqlite": { "Path": "data/gateway.db" }, "SecretFile": "data/store.secret" }""";
    private const int ListedNetworks = 100_000;

    public Task<Uri> GatewayAsync(bool guarded = true) => GatewayAsync(guarded, Sqlite);

    /// <param name="more">What the profile says beyond its list.</param>
    public async Task<Uri> ScoringGatewayAsync(string more)
    {
        var list = Path.Combine(_folder, "networks");
        // Far apart, so that none of them join: 1.0.0.0/28, 1.0.2.0/28, …
        await File.WriteAllLinesAsync(list, Enumerable.Range(0, ListedNetworks).Select(i => $"{1 + (i >> 15)}.{(i >> 7) & 0xFF}.{(i & 0x7F) << 1}.0/28"));
        return await GatewayAsync(guarded: true, Sqlite, $$"""{ "Lists": [ { "Name": "many", "Path": "{{list}}" } ]{{more}} }""");
    }

    public Task<Uri> GatewayInPlainAsync() => GatewayAsync(
        guarded: true, """{ "Kind": "Sqlite", "Sqlite": { "Path": "data/gateway.db" }, "SecretFile": "data/store.secret", "Encryption": { "Enabled": false } }""");

    public async Task<Uri> GatewayOnRedisAsync()
    {
        _redis = await RedisServer.StartAsync(_folder);
        return await GatewayAsync(guarded: true, $$"""{ "Kind": "Redis", "Redis": { "Endpoints": ["{{_redis.Endpoint}}"] }, "SecretFile": "data/store.secret" }""");
    }

    private async Task<Uri> GatewayAsync(bool guarded, string store, string? profile = null)
    {
        var provider = await ProviderAsync();
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"gateway-{_servers.Count}")).FullName;
        var file = Path.Combine(folder, "gateway.json");
        var metadata = guarded ? """, "Metadata": { "Idempotency": "load" }""" : "";
        var fraud = profile is null ? "" : $$""" "Fraud": { "Profiles": { "load": {{profile}} } }, """;
        var transforms = profile is null ? "" : """, "Transforms": [ { "FraudSignals": "load" } ]""";
        await File.WriteAllTextAsync(file, $$"""
            {
              "Listen": { "Proxy": ["http://127.0.0.1:0"], "Admin": "none" },
              "Store": {{store}},
              "Idempotency": { "Policies": { "load": { "Methods": ["POST"] } } },
              "Limits": { "NewKeys": { "PerCaller": 1000000000 } },
              "Logging": { "LogLevel": { "Default": "None" } },{{fraud}}
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "provider", "Match": { "Path": "/{**path}" }{{metadata}}{{transforms}} } },
                "Clusters": { "provider": { "Destinations": { "one": { "Address": "{{provider}}" } } } }
              }
            }
            """);
        return await StartAsync("IdempotencyGateway", "run", "--config", file);
    }

    public async Task<Uri> BareYarpAsync() => await StartAsync("IdempotencyGateway.Load", "serve", "yarp", (await ProviderAsync()).ToString());

    public Task<Uri> BareKestrelAsync() => StartAsync("IdempotencyGateway.Load", "serve", "kestrel");

    public TimeSpan ProcessorTimeOf(Uri target) => _servers.Single(server => server.Address == target).ProcessorTime;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Uri> ProviderAsync()
    {
        if (_provider is null)
            _servers.Add(_provider = await ServerProcess.StartAsync("SimulatedProvider", "--urls", "http://127.0.0.1:0", "--totals-only"));
        return _provider.Address;
    }

    private async Task<Uri> StartAsync(string assembly, params string[] arguments)
    {
        var server = await ServerProcess.StartAsync(assembly, arguments);
        _servers.Add(server);
        return server.Address;
    }
}
