using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>A Redis that may lose records is refused with a message that says what to change, and accepted if the configuration allows that risk by name.</summary>
public sealed class StartupChecksTests
{
    [Theory]
    [InlineData("maxmemory-policy allkeys-lru", "maxmemory-policy is allkeys-lru, so it drops records", "set maxmemory-policy noeviction", RedisAllowance.Eviction)]
    [InlineData("appendonly no", "persistence is off, so a restart loses every record", "set appendonly yes", RedisAllowance.NoPersistence)]
    public async Task A_server_that_may_forget_is_refused_unless_that_is_meant(string setting, string what, string change, RedisAllowance allowance)
    {
        await using var redis = await RedisProcess.StartAsync(setting);
        var options = RedisSamples.OptionsFor(redis);

        var refusal = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(options));

        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.Contains(redis.Address.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(change, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"add \"{allowance}\" to Store:Redis:Allow", refusal.Message, StringComparison.Ordinal);
        await using var store = await RedisSamples.OpenAsync(options with { Allow = new HashSet<RedisAllowance> { allowance } });
        await store.WinAsync("k");
    }

    [Fact]
    public async Task A_server_that_does_not_tell_of_itself_is_asked_once_more_on_another_connection()
    {
        await using var redis = await SilentRedis.StartAsync(most: 1);
        var clock = new ManualTimeProvider();

        var opening = RedisIdempotencyStore.OpenAsync(Options(redis), clock);
        await GiveUpAsync(redis, clock, silence: 1);

        await using var store = await opening.OrGiveUp();
        await store.WinAsync("k");
    }

    [Fact]
    public async Task A_server_that_never_tells_of_itself_ends_the_start()
    {
        await using var redis = await SilentRedis.StartAsync(most: int.MaxValue);
        var clock = new ManualTimeProvider();

        var opening = RedisIdempotencyStore.OpenAsync(Options(redis), clock);
        await GiveUpAsync(redis, clock, silence: 1);
        await GiveUpAsync(redis, clock, silence: 2);

        var failure = await RedisSamples.FailsAsync(() => opening.OrGiveUp());
        Assert.Equal(StoreFailure.Unreachable, failure.Failure);
        // There was no third attempt: it would hang, because the clock stands still. (Attempts cannot be counted, since the library may resend while its connection ends.)
        Assert.Contains($"{redis.Address} did not answer in time", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snapshots_are_persistence_enough()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly no", "save 60 1");
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis));
        await store.WinAsync("k");
    }

    [Fact]
    public async Task Where_CONFIG_is_forbidden_the_refusal_says_so()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly no", "save 60 1", "rename-command CONFIG \"\"");

        var refusal = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis)));

        Assert.Contains("it does not report whether it writes snapshots (CONFIG is forbidden)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("add \"NoPersistence\" to Store:Redis:Allow", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fewer_replicas_than_durability_needs_are_refused()
    {
        await using var redis = await RedisProcess.StartAsync();
        var options = RedisSamples.OptionsFor(redis) with { DurableReplicas = 1 };

        var refusal = await RedisSamples.FailsAsync(() => RedisSamples.OpenAsync(options));

        Assert.Contains("0 replicas online and Store:Redis:Durability:Replicas needs 1", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("add \"FewReplicas\" to Store:Redis:Allow", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var facts = new ServerFacts { Name = "redis:6379", EvictionPolicy = null, SnapshotRules = "", IsCluster = true };

        var problems = StartupChecks.Judge(facts, new RedisSnapshot { DurableReplicas = 2, Database = 3 }).ToArray();

        Assert.Equal(4, problems.Length);
        Assert.All(problems, problem => Assert.StartsWith("Redis at redis:6379: ", problem, StringComparison.Ordinal));
    }

    private static RedisSnapshot Options(SilentRedis redis) => new() { Endpoints = [redis.Address], OperationTimeout = TimeSpan.FromSeconds(5) };

    /// <summary>Waits for an unanswered request, then moves the clock past its operation timeout.</summary>
    private static async Task GiveUpAsync(SilentRedis redis, ManualTimeProvider clock, int silence)
    {
        await redis.Silences.Reached(silence);
        await clock.WhenArmedAsync(TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(5));
    }
}
