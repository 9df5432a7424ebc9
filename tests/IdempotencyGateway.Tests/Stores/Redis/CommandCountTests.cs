using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>Counted where they arrive: what a request costs in round trips.</summary>
public sealed class CommandCountTests(OneServer server) : IClassFixture<OneServer>
{
    [Fact]
    public async Task A_first_call_is_two_round_trips_and_a_replay_from_the_store_one()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));
        await store.CompleteAsync(await store.WinAsync("taught"));
        await server.Redis.AskAsync("CONFIG", "RESETSTAT");

        await store.CompleteAsync(await store.WinAsync("counted"));
        Assert.Equal((1, 1), await AskedAsync());

        Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(RedisSamples.Request("counted", "bob"), default));
        Assert.Equal((2, 1), await AskedAsync());
    }

    [Fact]
    public async Task Nothing_is_published_where_nobody_waits()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));
        await server.Redis.AskAsync("CONFIG", "RESETSTAT");

        await store.CompleteAsync(await store.WinAsync("alone"));
        Assert.Equal(0, await server.Redis.CallsAsync("publish"));

        var ticket = await store.WinAsync("contended");
        await store.ClaimAsync(RedisSamples.Request("contended", "bob"), default);
        await store.CompleteAsync(ticket);
        Assert.Equal(1, await server.Redis.CallsAsync("publish"));
    }

    /// <summary>Claims by SET, of which each script that completes makes one too, and scripts.</summary>
    private async Task<(long Claims, long Scripts)> AskedAsync()
    {
        var scripts = await server.Redis.CallsAsync("evalsha");
        return (await server.Redis.CallsAsync("set") - scripts, scripts + await server.Redis.CallsAsync("eval"));
    }
}
