using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

public sealed class DoubtListTests : SqliteStoreFixture
{
    [Fact]
    public async Task It_holds_what_an_operator_can_resolve_and_nothing_else()
    {
        await using var store = Open();
        await HoldAsync(store, "expired");
        Time.Advance(Retention - Lease);
        await WinAsync(store, "claimed and lapsed", asSent: false);
        await WinAsync(store, "sent and lapsed");
        Time.Advance(Lease);
        await HoldAsync(store, "held");
        await WinAsync(store, "sent");
        await CompleteAsync(store, "done");

        var page = await store.ListDoubtsAsync(10, default);

        Assert.Equal(2, page.Total);
        Assert.Equal([StoreSamples.Key("sent and lapsed"), StoreSamples.Key("held")], page.Oldest.Select(d => d.Key));
        Assert.Equal([RecordState.Sent, RecordState.Doubt], page.Oldest.Select(d => d.Record.State));
        var held = await store.FindAsync(StoreSamples.Key("held"), default);
        Assert.Equal(held! with { Response = default }, page.Oldest[1].Record with { Response = default });
        Assert.All(page.Oldest, d => Assert.Equal(TimeSpan.Zero, d.Record.RemainingLease));
    }

    [Fact]
    public async Task A_limit_hides_none_from_the_count()
    {
        await using var store = Open();
        for (var i = 0; i < 5; i++)
            await HoldAsync(store, $"{i}");

        var page = await store.ListDoubtsAsync(2, default);

        Assert.Equal((2, 5), (page.Oldest.Count, page.Total));
    }

    private static async Task HoldAsync(SqliteIdempotencyStore store, string key) =>
        Assert.Equal(TransitionResult.Applied, await store.HoldAsync(await WinAsync(store, key), default, default));
}
