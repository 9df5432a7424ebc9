using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>The round trips of a request, counted on the server.</summary>
public sealed class CommandCountTests(OneServer server) : IClassFixture<OneServer>
{
    [Fact]
    public async Task A_first_call_is_two_round_trips_and_so_is_the_first_replay_from_the_store_and_each_further_one_is_one()
    {
        await using (var teacher = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis)))
        {
            await teacher.CompleteAsync(await teacher.WinAsync("taught"));
            await ReplayAsync(teacher, "taught");
        }
        await using var store = await OpenTheShortWayAsync();
        await server.Redis.AskAsync("CONFIG", "RESETSTAT");

        await store.CompleteAsync(await store.WinAsync("counted"));
        Assert.Equal((2, 1), await AskedAsync());

        await ReplayAsync(store, "counted");
        Assert.Equal((3, 2), await AskedAsync());

        await ReplayAsync(store, "counted");
        Assert.Equal((4, 2), await AskedAsync());
    }

    [Fact]
    public async Task How_long_an_answer_is_kept_is_asked_for_with_a_claim_only_while_claims_find_answers()
    {
        await using var store = await OpenTheShortWayAsync();
        await store.CompleteAsync(await store.WinAsync("answered"));
        await ReplayAsync(store, "answered");

        Assert.Equal(2, await AskedHowLongAsync(store, "expected to be a replay, too"));

        for (var i = 0; i < 16; i++)
            await store.CompleteAsync(await store.WinAsync($"one of many {i}"));
        Assert.Equal(1, await AskedHowLongAsync(store, "expected to be a first call, too"));
    }

    [Fact]
    public async Task Nothing_is_published_where_nobody_waits()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));
        await server.Redis.AskAsync("CONFIG", "RESETSTAT");

        await store.CompleteAsync(await store.WinAsync("alone"));
        await store.HoldAsync(await store.WinAsync("held"), default, default);
        await store.ReleaseAsync(await store.WinAsync("released"), default);
        Assert.Equal(0, await server.Redis.CallsAsync("publish"));

        var ticket = await store.WinAsync("contended");
        await store.ClaimAsync(RedisSamples.Request("contended", "bob"), default);
        await store.CompleteAsync(ticket);
        Assert.Equal(1, await server.Redis.CallsAsync("publish"));
    }

    /// <summary>Opens a store and waits until a first call takes the direct connection. On a busy machine that connection may close before the first request; until it is back, claims run as scripts.</summary>
    private async Task<RedisIdempotencyStore> OpenTheShortWayAsync()
    {
        const int Enough = 100_000;
        var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));
        for (var i = 0; i < Enough; i++)
        {
            await server.Redis.AskAsync("CONFIG", "RESETSTAT");
            await store.CompleteAsync(await store.WinAsync($"{Guid.NewGuid()}"));
            if (await AskedAsync() is (2, 1))
                return store;
        }
        await store.DisposeAsync();
        throw new InvalidOperationException("no first call took the direct connection to Redis");
    }

    private static async Task ReplayAsync(RedisIdempotencyStore store, string key) =>
        Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(RedisSamples.Request(key, "bob"), default));

    /// <summary>SET commands and scripts that ran. A claim is a SET, and the script that completes a record runs another one.</summary>
    private async Task<(long Sets, long Scripts)> AskedAsync() =>
        (await server.Redis.CallsAsync("set"), await server.Redis.CallsAsync("evalsha") + await server.Redis.CallsAsync("eval"));

    /// <summary>How often a first call runs PTTL. One of those is the completing script's.</summary>
    private async Task<long> AskedHowLongAsync(RedisIdempotencyStore store, string key)
    {
        await server.Redis.AskAsync("CONFIG", "RESETSTAT");
        await store.CompleteAsync(await store.WinAsync(key));
        return await server.Redis.CallsAsync("pttl");
    }
}
