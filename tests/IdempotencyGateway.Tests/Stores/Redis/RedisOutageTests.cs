using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Stores.Resilience;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>Redis dies, hangs and comes back while the gateway runs. The gateway recovers without a restart.</summary>
public sealed class RedisOutageTests : IAsyncLifetime
{
    private RedisProcess _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisProcess.StartAsync();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task Killed_and_started_again_it_is_used_again_and_has_lost_nothing()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(_redis));
        var ticket = await store.WinAsync("before");

        await _redis.KillAsync();
        var down = await RedisSamples.FailsAsync(async () => await store.ClaimAsync(RedisSamples.Request("during"), default));
        await _redis.RestartAsync();
        var completed = await Eventually.SucceedsAsync<TransitionResult, StoreUnavailableException>(() => store.CompleteAsync(ticket));

        Assert.Equal(StoreFailure.Unreachable, down.Failure);
        Assert.Equal(TransitionResult.Applied, completed);
        Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(RedisSamples.Request("before", "bob"), default));
    }

    [Fact]
    public async Task An_erasure_that_a_crash_of_redis_interrupted_goes_on_and_takes_nothing_newer()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(_redis));
        var subject = new SubjectKey(StoreSamples.Key("alice").Digest);
        var caller = StoreSamples.Key("caller").Digest;
        var order = new ErasureOrder(caller, StoreSamples.Key("deletion"), RedisSamples.Retention);
        await store.NoteSubjectAsync(subject, new(StoreSamples.Key("old"), caller), RedisSamples.Retention, default);
        await store.OrderErasureAsync(subject, order, default);

        await _redis.KillAsync();
        await _redis.RestartAsync();
        await Eventually.SucceedsAsync<TimeSpan?, StoreUnavailableException>(
            () => store.NoteSubjectAsync(subject, new(StoreSamples.Key("new"), caller), RedisSamples.Retention, default).AsTask());

        Assert.Equal([new(StoreSamples.Key("old"), caller)], await store.OrderErasureAsync(subject, order, default));
    }

    [Fact]
    public async Task Whoever_waits_through_a_restart_is_woken_to_ask()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(_redis));
        var waiting = store.WaitForEndAsync(StoreSamples.Key("k"), TimeSpan.FromHours(1), default);

        await _redis.KillAsync();
        await _redis.RestartAsync();

        await waiting.OrGiveUp();
    }

    [Fact]
    public async Task Messages_arrive_again_after_a_restart()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(_redis));
        await _redis.KillAsync();
        await _redis.RestartAsync();
        await Eventually.TrueAsync("subscribed again", async () => (object?[])(await _redis.AskAsync("PUBSUB", "NUMSUB", "ig:ended"))! is [_, > 0L]);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = store.OnOverruled(_ => heard.TrySetResult());

        await Eventually.SucceedsAsync<ClaimTicket, StoreUnavailableException>(() => store.WinAsync("k"));
        await store.EraseAsync(StoreSamples.Key("k"), default, default);

        await heard.Task.OrGiveUp();
    }

    [Fact]
    public async Task Stopped_it_times_out_the_circuit_opens_and_closes_when_it_goes_on()
    {
        var options = RedisSamples.OptionsFor(_redis) with { OperationTimeout = TimeSpan.FromMilliseconds(500) };
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var store = new CircuitBreakingStore(
            await RedisSamples.OpenAsync(options),
            new CircuitOptions { FailuresToOpen = 2, FirstPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromMilliseconds(200) },
            TimeProvider.System)
        {
            Changed = reason => _ = reason is null && closed.TrySetResult(),
        };
        await _redis.PauseAsync();

        for (var i = 0; i < 2; i++)
            Assert.Equal(StoreFailure.Unreachable, (await RedisSamples.FailsAsync(() => store.WinAsync("k"))).Failure);
        Assert.True(store.IsOpen);
        var refused = await RedisSamples.FailsAsync(() => store.WinAsync("other"));
        Assert.Contains("not reachable a moment ago", refused.Message, StringComparison.Ordinal);

        await _redis.ResumeAsync();
        await closed.Task.OrGiveUp();
        await Eventually.SucceedsAsync<ClaimTicket, StoreUnavailableException>(() => store.WinAsync("k"));
    }

    [Fact]
    public async Task A_caller_that_leaves_is_not_kept_waiting_by_a_stopped_server()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(_redis));
        using var gone = new CancellationTokenSource();
        await _redis.PauseAsync();
        var asking = store.ClaimAsync(RedisSamples.Request("k"), gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await asking);
        await _redis.ResumeAsync();
    }

    [Fact]
    public async Task Killed_and_restarted_again_and_again_under_load_no_key_has_two_owners()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(_redis) with { OperationTimeout = TimeSpan.FromSeconds(1) });
        using var over = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(worker => Task.Run(() => ClaimAsync(store, worker, over.Token))).ToArray();

        for (var kill = 0; kill < 3; kill++)
        {
            await Eventually.TrueAsync("claims go through", async () => (long)(await _redis.AskAsync("DBSIZE"))! > 50 * (kill + 1));
            await _redis.KillAsync();
            await _redis.RestartAsync();
        }
        await over.CancelAsync();

        var won = (await Task.WhenAll(load)).SelectMany(keys => keys).ToArray();
        foreach (var key in won)
        {
            Assert.IsNotType<ClaimResult.Won>(await Eventually.SucceedsAsync<ClaimResult, StoreUnavailableException>(
                () => store.ClaimAsync(RedisSamples.Request(key, "somebody else"), default).AsTask()));
        }
    }

    /// <summary>Claims keys of its own in a loop, and returns those that were granted, which the server must not lose.</summary>
    private static async Task<List<string>> ClaimAsync(RedisIdempotencyStore store, int worker, CancellationToken over)
    {
        var won = new List<string>();
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            try
            {
                await store.WinAsync($"{worker}/{i}");
                won.Add($"{worker}/{i}");
            }
            catch (StoreUnavailableException)
            {
                // The claim was not granted, so nothing depends on it.
            }
        }
        return won;
    }
}
