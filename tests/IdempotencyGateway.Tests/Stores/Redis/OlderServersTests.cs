using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>Servers before Redis 7: the store detects once that SET lacks NX with GET, and uses scripts instead.</summary>
public sealed class OlderServersTests
{
    [Fact]
    public async Task A_claim_that_the_server_cannot_do_in_one_command_is_tried_once_for_a_connection()
    {
        await using var redis = await OlderRedis.StartAsync();
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis.Server) with { Endpoints = [redis.Address] });

        var tickets = new List<ClaimTicket>();
        for (var i = 0; i < 5; i++)
            tickets.Add(await store.WinAsync($"k{i}"));
        foreach (var ticket in tickets)
            await store.CompleteAsync(ticket, "answer");

        Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(RedisSamples.Request("k0", "bob"), default));
        Assert.IsType<ClaimResult.Mismatch>(await store.ClaimAsync(RedisSamples.Request("k0", "bob", fingerprint: "other"), default));
        Assert.Equal(1, redis.Refusals);
    }

    [Fact]
    public async Task A_server_that_does_not_tell_when_a_key_expires_has_its_records_read_all_the_same()
    {
        await using var redis = await RedisProcess.StartAsync("rename-command PEXPIRETIME \"\"");
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis));
        var before = DateTimeOffset.UtcNow;
        await store.WinAsync("k");

        var record = await store.FindAsync(StoreSamples.Key("k"), default);

        var after = DateTimeOffset.UtcNow;
        Assert.InRange(record!.CreatedAt, before - TimeSpan.FromMilliseconds(2), after);
        Assert.Equal(RedisSamples.Retention, record.ExpiresAt - record.CreatedAt);
    }
}
