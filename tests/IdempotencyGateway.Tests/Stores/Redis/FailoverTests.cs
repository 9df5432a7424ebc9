using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>The master changes while the gateway runs.</summary>
public sealed class FailoverTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_store_follows_the_master_that_the_Sentinels_name(bool kill)
    {
        await using var redis = await RedisWithReplicas.StartAsync(replicas: 2, sentinels: 3);
        await using var store = await RedisSamples.OpenAsync(Sentinels.OptionsFor(redis) with { DurableReplicas = 1, OperationTimeout = TimeSpan.FromSeconds(1) });
        var ticket = await store.WinAsync("before");
        var waiting = store.WaitForEndAsync(StoreSamples.Key("somebody else's"), TimeSpan.FromHours(1), default);

        if (kill)
            await redis.Master.KillAsync();
        var promoted = kill ? await redis.PromotedAsync() : await redis.FailOverAsync();

        await waiting.OrGiveUp();
        Assert.Equal(TransitionResult.Applied, await Eventually.SucceedsAsync<TransitionResult, StoreUnavailableException>(() => store.CompleteAsync(ticket)));
        await Eventually.SucceedsAsync<ClaimTicket, StoreUnavailableException>(() => store.WinAsync("after"));
        Assert.Equal(2L, await promoted.AskAsync("EXISTS", RedisSamples.NameOf("before"), RedisSamples.NameOf("after")));
    }

    [Fact]
    public async Task A_new_master_on_which_nothing_comes_back_is_connected_to_anew()
    {
        await using var redis = await RedisWithReplicas.StartAsync(replicas: 1, sentinels: 3);
        var options = Sentinels.OptionsFor(redis) with { OperationTimeout = TimeSpan.FromSeconds(1) };
        await using var link = await RedisLink.OpenAsync(new RedisConnecting(options, TimeProvider.System), TimeProvider.System);
        var connections = 0;
        link.Replacing.Add(_ => Interlocked.Increment(ref connections) == 1 ? new TaskCompletionSource().Task : Task.CompletedTask);

        var promoted = await redis.FailOverAsync();

        await Eventually.TrueAsync("the link points at the new master", () => link.Where == promoted.Address.ToString());
        Assert.Equal(2, connections);
    }

    [Fact]
    public async Task A_lone_replica_is_refused_at_the_start()
    {
        await using var redis = await RedisWithReplicas.StartAsync(replicas: 1);

        var refusal = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis.Replicas[0])));

        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.Contains("read-only replica", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_master_and_its_replica_named_together_the_master_is_used()
    {
        await using var redis = await RedisWithReplicas.StartAsync(replicas: 1);
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis.Replicas[0], redis.Master));

        await store.WinAsync("k");

        Assert.Equal(1L, await redis.Master.AskAsync("EXISTS", RedisSamples.NameOf("k")));
    }

    [Fact]
    public async Task Sentinels_that_know_no_such_master_are_named()
    {
        await using var redis = await RedisWithReplicas.StartAsync(replicas: 0, sentinels: 1);
        var options = Sentinels.OptionsFor(redis);

        var failure = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(options with { Sentinel = options.Sentinel! with { Service = "other" } }));

        Assert.Contains($"no Sentinel at {redis.Sentinels[0].Address} names a master for \"other\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_master_that_becomes_a_replica_refuses_and_never_answers_wrongly()
    {
        await using var redis = await RedisWithReplicas.StartAsync(replicas: 1);
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis.Master));
        await redis.Replicas[0].AskAsync("REPLICAOF", "NO", "ONE");
        await redis.Master.AskAsync("REPLICAOF", "127.0.0.1", $"{redis.Replicas[0].Port}");

        var refusal = await RedisSamples.FailsAsync(() => store.WinAsync("k"));

        Assert.NotEqual(StoreFailure.Full, refusal.Failure);
        Assert.Null(await redis.Replicas[0].AskAsync("GET", RedisSamples.NameOf("k")));
    }
}
