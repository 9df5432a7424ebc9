using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>Durability on a Cluster: WAIT concerns only the node that it runs on, so it must run on the node that the claim was written to.</summary>
public sealed class DurableClusterTests : IAsyncLifetime
{
    private RedisCluster _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisCluster.StartAsync(withReplicas: true);

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task Each_permission_is_on_its_own_masters_replica_when_it_is_given()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(_redis.Masters[0]) with { DurableReplicas = 1 });

        for (var i = 0; i < 30; i++)
        {
            await store.WinAsync($"{i}");
            var owner = RedisCluster.OwnerOf(await RedisCluster.SlotOfAsync(_redis.Masters[0], RedisSamples.NameOf($"{i}")));
            Assert.Contains(RedisSamples.NameOf($"{i}"), ((object?[])(await _redis.Replicas[owner].AskAsync("KEYS", "*"))!).Cast<string>());
        }
        foreach (var master in _redis.Masters)
            Assert.True(await master.CallsAsync("wait") > 0);
    }

    [Fact]
    public async Task A_permission_follows_its_slot_while_it_moves_and_after()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(_redis.Masters[0]) with { DurableReplicas = 1 });
        var slot = await RedisCluster.SlotOfAsync(_redis.Masters[0], RedisSamples.NameOf("k"));
        var from = RedisCluster.OwnerOf(slot);
        var to = (from + 1) % _redis.Masters.Count;
        await _redis.BeginMoveAsync(slot, from, to);

        var ticket = await store.WinAsync("k");
        Assert.Equal(1, await _redis.Masters[to].CallsAsync("wait"));
        await _redis.EndMoveAsync(slot, from, to);

        Assert.Equal(ticket, await store.WinAsync("k"));
        Assert.Equal(2, await _redis.Masters[to].CallsAsync("wait"));
        Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(ticket));
        Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(RedisSamples.Request("k", "bob"), default));
    }
}
