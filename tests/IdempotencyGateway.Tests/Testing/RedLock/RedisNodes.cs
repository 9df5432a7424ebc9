using System.Globalization;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.RedLock;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Testing.RedLock;

/// <summary>Independent Redis nodes of a RedLock quorum, and the stores of gateways that share them.</summary>
public sealed class RedisNodes : IAsyncDisposable
{
    /// <summary>Longer than any test runs, so that no operation can pass a test by timing out.</summary>
    private static readonly TimeSpan NeverExpires = TimeSpan.FromMinutes(10);

    private readonly RedisProcess[] _nodes;

    private RedisNodes(RedisProcess[] nodes) => _nodes = nodes;

    public RedisProcess this[int index] => _nodes[index];

    public int Count => _nodes.Length;

    public int Minority => (_nodes.Length - 1) / 2;

    public static async Task<RedisNodes> StartAsync(int count) =>
        new(await Task.WhenAll(Enumerable.Range(0, count).Select(_ => RedisProcess.StartAsync())));

    public Task<RedLockStore> OpenAsync(IIdempotencyStore authority, TimeProvider clock, TimeSpan? timeout = null) =>
        RedLockStore.OpenAsync(authority, Options with { Timeout = timeout ?? NeverExpires }, clock);

    /// <summary>Opens a store whose requests to each node can be held at a gate.</summary>
    internal async Task<(RedLockStore Store, GatedNode[] Nodes)> OpenGatedAsync(IIdempotencyStore authority, TimeProvider clock, TimeSpan? timeout = null)
    {
        var gated = await Task.WhenAll(_nodes.Select(async node => new GatedNode(await RedisGuardNode.ConnectAsync(node.Address, Options))));
        return (new(authority, gated, timeout ?? NeverExpires, Options.ClaimTtl, clock), gated);
    }

    public async Task WipeAsync() => await Task.WhenAll(_nodes.Select(node => node.WipeAsync()));

    /// <summary>Simulates the passing of time: shortens every entry's time to live. Entries without an expiry stay.</summary>
    public async Task AdvanceAsync(TimeSpan duration)
    {
        const string Script =
            "for _, key in ipairs(redis.call('KEYS', '*')) do local left, passed = redis.call('PTTL', key), tonumber(ARGV[1]) "
            + "if left > passed then redis.call('PEXPIRE', key, left - passed) elseif left >= 0 then redis.call('DEL', key) end end";
        var milliseconds = ((long)duration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        await Task.WhenAll(_nodes.Select(node => node.AskAsync("EVAL", Script, "0", milliseconds)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    private RedLockSnapshot Options => new()
    {
        Nodes = [.. _nodes.Select(node => node.Address)],
        ClaimTtl = TimeSpan.FromMinutes(1),
        ConnectTimeout = TimeSpan.FromSeconds(5),
    };
}
