using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

public sealed class ExpirySweepTests : SqliteStoreFixture
{
    [Fact]
    public async Task A_pass_deletes_what_expired_with_its_body_and_leaves_what_lives()
    {
        await using (var store = Open(Options with { SweepRecordsPerStep = 10 }))
        {
            for (var i = 0; i < 35; i++)
                await CompleteAsync(store, $"old {i}");
            for (var i = 0; i < 12; i++)
                await store.HoldAsync(await WinAsync(store, $"old doubt {i}"), default, default);
            Time.Advance(Retention / 2);
            for (var i = 0; i < 25; i++)
                await CompleteAsync(store, $"new {i}");
            await store.HoldAsync(await WinAsync(store, "new doubt"), default, default);
            Time.Advance(Retention / 2);

            Assert.Equal((35 + 12 + 26, 35 + 12), await SweepAsync(store));
            Assert.Equal((26, 0), await SweepAsync(store));
            for (var i = 0; i < 25; i++)
                Assert.Equal(RecordState.Done, await StateAsync(store, $"new {i}"));
            Assert.Equal(1, await store.CountDoubtsAsync(default));
        }
        using var database = SqliteDatabase.Open(DatabasePath, create: false);
        Assert.Equal("25", database.Query("SELECT count(*) FROM settled"));
        Assert.Equal("25", database.Query("SELECT count(*) FROM answers"));
        Assert.Equal("1", database.Query("SELECT count(*) FROM unsettled"));
    }

    [Fact]
    public async Task A_step_looks_at_no_more_than_its_share()
    {
        await using var store = Open(Options with { SweepRecordsPerStep = 10 });
        for (var i = 0; i < 25; i++)
            await CompleteAsync(store, $"{i}");
        Time.Advance(Retention);

        Assert.Equal(new SweepStep(10, 10, false), await store.SweepAsync(default));
        Assert.Equal(new SweepStep(10, 10, false), await store.SweepAsync(default));
        Assert.Equal(new SweepStep(5, 5, false), await store.SweepAsync(default));
        Assert.Equal(new SweepStep(0, 0, false), await store.SweepAsync(default));
        Assert.Equal(new SweepStep(0, 0, true), await store.SweepAsync(default));
    }

    [Fact]
    public async Task An_expired_record_that_was_claimed_anew_before_the_sweep_leaves_no_body_behind()
    {
        await using (var store = Open())
        {
            await CompleteAsync(store, "key", "old");
            Time.Advance(Retention);
            await CompleteAsync(store, "key", "new");
            Assert.Equal((1, 0), await SweepAsync(store));
        }
        using var database = SqliteDatabase.Open(DatabasePath, create: false);
        Assert.Equal("1", database.Query("SELECT count(*) FROM answers"));
    }

    private static async Task<(int Examined, int Deleted)> SweepAsync(SqliteIdempotencyStore store)
    {
        var (examined, deleted) = (0, 0);
        SweepStep step;
        do
        {
            step = await store.SweepAsync(default);
            examined += step.Examined;
            deleted += step.Deleted;
        }
        while (!step.PassEnded);
        return (examined, deleted);
    }
}
