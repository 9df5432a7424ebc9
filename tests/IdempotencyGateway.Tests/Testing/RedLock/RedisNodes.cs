using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.RedLock;

namespace IdempotencyGateway.Tests.Testing.RedLock;

/// <summary>Independent nodes, and the stores of the gateways that share them.</summary>
public sealed class RedisNodes : IAsyncDisposable
{
    /// <summary>So long that nothing in a test runs out of it: what must not wait shows by not waiting at all.</summary>
    private static readonly TimeSpan Unhurried = TimeSpan.FromMinutes(10);

    private readonly RedisNode[] _nodes;

    private RedisNodes(RedisNode[] nodes) => _nodes = nodes;

    public RedisNode this[int index] => _nodes[index];

    public int Count => _nodes.Length;

    public int Minority => (_nodes.Length - 1) / 2;

    public static async Task<RedisNodes> StartAsync(int count) =>
        new(await Task.WhenAll(Enumerable.Range(0, count).Select(_ => RedisNode.StartAsync())));

    public Task<RedLockStore> OpenAsync(IIdempotencyStore authority, TimeProvider clock, TimeSpan? timeout = null) =>
        RedLockStore.OpenAsync(authority, Options with { Timeout = timeout ?? Unhurried }, clock);

    /// <summary>A store whose way to each node can be held up.</summary>
    internal async Task<(RedLockStore Store, WatchedNode[] Nodes)> OpenWatchedAsync(IIdempotencyStore authority, TimeProvider clock, TimeSpan? timeout = null)
    {
        var watched = await Task.WhenAll(_nodes.Select(async node => new WatchedNode(await RedisGuardNode.ConnectAsync(node.Endpoint, Options))));
        return (new(authority, watched, timeout ?? Unhurried, Options.ClaimTimeToLive, clock), watched);
    }

    public async Task WipeAsync() => await Task.WhenAll(_nodes.Select(node => node.WipeAsync()));

    public async Task AdvanceAsync(TimeSpan duration) => await Task.WhenAll(_nodes.Select(node => node.AdvanceAsync(duration)));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    private RedLockOptions Options => new()
    {
        Nodes = [.. _nodes.Select(node => node.Endpoint)],
        ClaimTimeToLive = TimeSpan.FromMinutes(1),
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };
}
