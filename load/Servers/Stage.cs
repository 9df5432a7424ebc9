using System.Text.Json;
using System.Globalization;

namespace IdempotencyGateway.Load.Servers;

/// <summary>
/// Starts and owns the servers of one run or comparison, each in its own process: one shared provider, gateways and baselines in front of it, and stores. Dispose ends all of
/// them and deletes their folders.
/// </summary>
/// <param name="options">Options from the command line.</param>
internal sealed class Stage(StageOptions? options = null) : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private readonly string _folder = Directory.CreateTempSubdirectory("idempotency-gateway-load-").FullName;
    private readonly List<ServerProcess> _servers = [];
    private ServerProcess? _provider;
    private int _folders;

    public StageOptions Options { get; } = options ?? new();

    public async Task<ServerProcess> ProviderAsync() => _provider ??= await AddAsync(DotnetServer.StartProviderAsync());

    public async Task<ServerProcess> GatewayAsync(GatewaySetup setup)
    {
        var file = Path.Combine(NewFolder("gateway"), "gateway.json");
        await File.WriteAllTextAsync(file, setup.ToJson((await ProviderAsync()).Address, Path.Combine(_folder, "store.secret")));
        return await AddAsync(DotnetServer.StartGatewayAsync(file, setup.PublishedFolder));
    }

    /// <param name="publishedFolder">The folder of a published load program; null for this one.</param>
    public async Task<ServerProcess> BareYarpAsync(string? publishedFolder = null) =>
        await AddAsync(DotnetServer.StartYarpAsync((await ProviderAsync()).Address, publishedFolder));

    public Task<ServerProcess> BareKestrelAsync() => AddAsync(DotnetServer.StartKestrelAsync());

    public Task<ServerProcess> RedisAsync() => AddAsync(RedisServer.StartAsync(NewFolder("redis")));

    /// <summary>Starts a node of a quorum, which calls fsync before it acknowledges.</summary>
    public Task<ServerProcess> RedisNodeAsync() => AddAsync(RedisServer.StartAsync(NewFolder("node"), durability: "always"));

    public async Task<ServerProcess> NginxAsync() =>
        await AddAsync(NginxServer.StartAsync(NewFolder("nginx"), (await ProviderAsync()).Address, (await RedisAsync()).Address));

    public async Task StopAsync(ServerProcess server)
    {
        _servers.Remove(server);
        await server.DisposeAsync();
    }

    /// <summary>How many operations the provider has executed.</summary>
    public async Task<long> ExecutionsAsync()
    {
        using var report = JsonDocument.Parse(await Http.GetStringAsync(new Uri((await ProviderAsync()).Address, "/_simulator/executions")));
        return report.RootElement.GetProperty("total").GetInt64();
    }

    /// <summary>Makes the provider hold all requests until <see cref="ReleaseProviderAsync"/>.</summary>
    public async Task HoldProviderAsync()
    {
        using var rule = new StringContent("""{"simulate":"hold"}""");
        using var answer = await Http.PutAsync(new Uri((await ProviderAsync()).Address, "/_simulator/faults"), rule);
        answer.EnsureSuccessStatusCode();
    }

    public async Task ReleaseProviderAsync()
    {
        using var answer = await Http.DeleteAsync(new Uri((await ProviderAsync()).Address, "/_simulator/faults"));
        answer.EnsureSuccessStatusCode();
    }

    public string NewFolder(string name) =>
        Directory.CreateDirectory(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{_folders++}"))).FullName;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Enumerable.Reverse(_servers))
            await server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<ServerProcess> AddAsync(Task<ServerProcess> starting)
    {
        var server = await starting;
        _servers.Add(server);
        return server;
    }
}
