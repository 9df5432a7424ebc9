using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

public sealed class ClusterTests(Cluster cluster) : IClassFixture<Cluster>
{
    [Fact]
    public async Task Records_are_spread_over_all_nodes_and_signals_reach_every_gateway()
    {
        await using var here = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(cluster.Redis.Masters[0]));
        await using var there = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(cluster.Redis.Masters[2]));
        for (var i = 0; i < 30; i++)
        {
            var ticket = await here.WinAsync($"spread/{i}");
            await there.ClaimAsync(RedisSamples.Request($"spread/{i}", "bob"), default);
            var waiting = there.WaitForEndAsync(ticket.Key, TimeSpan.FromHours(1), default);
            await here.CompleteAsync(ticket);
            await waiting.OrGiveUp();
        }
        foreach (var master in cluster.Redis.Masters)
            Assert.True((long)(await master.AskAsync("DBSIZE"))! > 0);
    }

    [Fact]
    public async Task A_slot_that_moves_under_load_loses_nothing_and_grants_nothing_twice()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(cluster.Redis.Masters[0]));
        var slot = await RedisCluster.SlotOfAsync(cluster.Redis.Masters[0], RedisSamples.NameOf("moving"));
        var from = RedisCluster.OwnerOf(slot);
        var to = (from + 1) % cluster.Redis.Masters.Count;
        var ticket = await store.WinAsync("moving");
        using var over = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(worker => Task.Run(() => ClaimAndCompleteAsync(store, worker, over.Token))).ToArray();

        await cluster.Redis.BeginMoveAsync(slot, from, to);
        Assert.IsType<ClaimResult.InProgress>(await store.ClaimAsync(RedisSamples.Request("moving", "bob"), default));
        await cluster.Redis.EndMoveAsync(slot, from, to);
        Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(ticket));
        Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(RedisSamples.Request("moving", "bob"), default));
        await over.CancelAsync();

        foreach (var key in (await Task.WhenAll(load)).SelectMany(keys => keys))
            Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(RedisSamples.Request(key, "somebody else"), default));
        await cluster.Redis.BeginMoveAsync(slot, to, from);
        await cluster.Redis.EndMoveAsync(slot, to, from);
    }

    [Fact]
    public async Task A_new_key_in_a_slot_on_the_move_is_won_where_the_slot_is_going()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(cluster.Redis.Masters[0]));
        var slot = await RedisCluster.SlotOfAsync(cluster.Redis.Masters[0], RedisSamples.NameOf("new on the move"));
        var from = RedisCluster.OwnerOf(slot);
        var to = (from + 1) % cluster.Redis.Masters.Count;
        await cluster.Redis.BeginMoveAsync(slot, from, to);

        var ticket = await store.WinAsync("new on the move");
        Assert.IsType<ClaimResult.InProgress>(await store.ClaimAsync(RedisSamples.Request("new on the move", "bob"), default));
        Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(ticket));

        await cluster.Redis.EndMoveAsync(slot, from, to);
        Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(RedisSamples.Request("new on the move", "bob"), default));
        await cluster.Redis.BeginMoveAsync(slot, to, from);
        await cluster.Redis.EndMoveAsync(slot, to, from);
    }

    private static async Task<List<string>> ClaimAndCompleteAsync(RedisIdempotencyStore store, int worker, CancellationToken over)
    {
        var done = new List<string>();
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var key = $"load/{worker}/{i}";
            await store.CompleteAsync(await store.WinAsync(key));
            done.Add(key);
        }
        return done;
    }
}
