using IdempotencyGateway.Load.Processes;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>The processes of one comparison: one provider for both sides, and what stands in front of it.</summary>
internal sealed class LoadServers : IAsyncDisposable
{
    private readonly List<ServerProcess> _servers = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("idempotency-gateway-load-").FullName;
    private ServerProcess? _provider;
    private RedisServer? _redis;

    public Task<Uri> GatewayAsync(bool guarded = true) => GatewayAsync(guarded, """{ "Kind": "Sqlite", "Sqlite": { "Path": "data/gateway.db" }, "SecretFile": "data/store.secret" }""");

    public Task<Uri> GatewayInPlainAsync() => GatewayAsync(
        guarded: true, """{ "Kind": "Sqlite", "Sqlite": { "Path": "data/gateway.db" }, "SecretFile": "data/store.secret", "Encryption": { "Enabled": false } }""");

    public async Task<Uri> GatewayOnRedisAsync()
    {
        _redis = await RedisServer.StartAsync(_folder);
        return await GatewayAsync(guarded: true, $$"""{ "Kind": "Redis", "Redis": { "Endpoints": ["{{_redis.Endpoint}}"] }, "SecretFile": "data/store.secret" }""");
    }

    private async Task<Uri> GatewayAsync(bool guarded, string store)
    {
        var provider = await ProviderAsync();
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"gateway-{_servers.Count}")).FullName;
        var file = Path.Combine(folder, "gateway.json");
        var metadata = guarded ? """, "Metadata": { "Idempotency": "load" }""" : "";
        await File.WriteAllTextAsync(file, $$"""
            {
              "Listen": { "Proxy": ["http://127.0.0.1:0"], "Admin": "none" },
              "Store": {{store}},
              "Idempotency": { "Policies": { "load": { "Methods": ["POST"] } } },
              "Logging": { "LogLevel": { "Default": "None" } },
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "provider", "Match": { "Path": "/{**path}" }{{metadata}} } },
                "Clusters": { "provider": { "Destinations": { "one": { "Address": "{{provider}}" } } } }
              }
            }
            """);
        return await StartAsync("IdempotencyGateway", "run", "--config", file);
    }

    public async Task<Uri> BareYarpAsync() => await StartAsync("IdempotencyGateway.Load", "serve", "yarp", (await ProviderAsync()).ToString());

    public Task<Uri> BareKestrelAsync() => StartAsync("IdempotencyGateway.Load", "serve", "kestrel");

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
