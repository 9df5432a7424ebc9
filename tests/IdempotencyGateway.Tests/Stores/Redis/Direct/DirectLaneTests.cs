using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Stores.Redis.Direct;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis.Direct;

/// <summary>The direct connection beside the client library's: it leads to the same server and database, or there is none.</summary>
public sealed class DirectLaneTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private RedisProcess _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisProcess.StartAsync();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task Whatever_way_they_go_all_records_are_in_the_database_that_is_configured()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(_redis) with { Database = 3 });

        for (var i = 0; i < 3; i++)
            await store.CompleteAsync(await store.WinAsync($"{i}"));
        await store.HoldAsync(await store.WinAsync("held"), default, default);
        await Eventually.TrueAsync("the doubt is counted", async () => await store.CountDoubtsAsync(default) == 1);

        var used = (string)(await _redis.AskAsync("INFO", "keyspace"))!;
        Assert.Contains("db3:", used, StringComparison.Ordinal);
        Assert.DoesNotContain("db0:", used, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_library_has_connected_anew_so_does_the_lane()
    {
        await using var link = await OpenLinkAsync();
        using var lane = new DirectLane(link, _time);
        await lane.OpenAsync();
        var before = lane.Connection!;

        link.Restored!();

        Assert.True(before.IsOver);
        await Eventually.TrueAsync("there is a new connection", () => lane.Connection is { } connection && connection != before);
    }

    /// <summary>The library may have reconnected to a new master, while this connection still leads to the old one.</summary>
    [Fact]
    public async Task A_connection_that_was_on_its_way_when_the_library_connected_anew_is_not_used()
    {
        await using var link = await OpenLinkAsync();
        using var lane = new DirectLane(link, _time);
        await _redis.PauseAsync();
        Assert.Null(lane.Connection);
        await _time.WhenArmedAsync(link.Options.OperationTimeout + TimeSpan.FromSeconds(2));
        link.Restored!();

        await _redis.ResumeAsync();

        await _time.WhenArmedAsync(TimeSpan.FromMilliseconds(250));
        Assert.Null(lane.Connection);
    }

    private Task<RedisLink> OpenLinkAsync() => RedisLink.OpenAsync(new RedisConnecting(RedisSamples.OptionsFor(_redis), _time), _time);
}
