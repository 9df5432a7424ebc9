using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

public sealed class SqliteRoomTests : SqliteStoreFixture
{
    private const long Minimum = 1_000;
    private long _free = long.MaxValue;

    private SqliteIdempotencyStore OpenMeasured() =>
        SqliteIdempotencyStore.Open(Options with { MinimumFreeBytes = Minimum }, Time, () => _free);

    [Fact]
    public async Task Below_the_watermark_no_new_record_is_made()
    {
        _free = Minimum - 1;
        await using var store = OpenMeasured();

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => WinAsync(store, "new"));

        Assert.Equal(StoreFailure.Full, refusal.Failure);
        Assert.Null(await StateAsync(store, "new"));
    }

    [Fact]
    public async Task Below_the_watermark_records_under_way_still_settle_and_replay()
    {
        await using var store = OpenMeasured();
        var completed = await WinAsync(store, "completed");
        var released = await WinAsync(store, "released");
        var held = await WinAsync(store, "held");
        _free = 0;
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(completed, default, Retention, default));
        Assert.Equal(TransitionResult.Applied, await store.ReleaseAsync(released, default));
        Assert.Equal(TransitionResult.Applied, await store.HoldAsync(held, default, default));
        Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(Request("completed", "bob"), default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WinAsync(store, "released"));
    }

    [Fact]
    public async Task A_refusal_for_lack_of_room_fails_none_of_its_neighbours()
    {
        await using var store = OpenMeasured();
        var ticket = await WinAsync(store, "under way");
        _free = 0;
        Time.Advance(TimeSpan.FromSeconds(1));

        var refused = Enumerable.Range(0, 20).Select(i => WinAsync(store, $"{i}")).ToList();
        var completion = store.CompleteAsync(ticket, default, Retention, default);

        Assert.Equal(TransitionResult.Applied, await completion);
        foreach (var claim in refused)
            await Assert.ThrowsAsync<StoreUnavailableException>(() => claim);
    }

    [Fact]
    public async Task Room_that_came_back_is_noticed_within_the_measurements_age()
    {
        _free = 0;
        await using var store = OpenMeasured();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WinAsync(store, "key"));
        _free = Minimum;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => WinAsync(store, "key"));
        Time.Advance(TimeSpan.FromSeconds(1));
        await WinAsync(store, "key");
    }

    [Fact]
    public async Task A_response_that_does_not_fit_leaves_room_for_its_tombstone()
    {
        await using var store = Open(Options with { MaximumFileBytes = 1 << 20 });
        var ticket = await WinAsync(store, "key");

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.CompleteAsync(ticket, new byte[2 << 20], Retention, default).AsTask());
        Assert.Equal(StoreFailure.Full, refusal.Failure);
        Assert.Equal(RecordState.Sent, await StateAsync(store, "key"));

        Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(ticket, "too large"u8.ToArray(), Retention, default));
    }

    [Fact]
    public async Task A_response_that_does_not_fit_fails_alone()
    {
        await using var store = Open(Options with { MaximumFileBytes = 1 << 20 });
        var tickets = new List<ClaimTicket>();
        for (var i = 0; i < 20; i++)
            tickets.Add(await WinAsync(store, $"{i}"));

        var completions = tickets
            .Select((ticket, i) => store.CompleteAsync(ticket, new byte[i == 7 ? 2 << 20 : 100], Retention, default).AsTask())
            .ToList();

        for (var i = 0; i < completions.Count; i++)
        {
            if (i == 7)
                await Assert.ThrowsAsync<StoreUnavailableException>(() => completions[i]);
            else
                Assert.Equal(TransitionResult.Applied, await completions[i]);
        }
    }

    [Fact]
    public async Task A_full_store_still_answers_and_takes_claims_again_once_something_expired()
    {
        await using var store = Open(Options with { MaximumFileBytes = 1 << 20 });
        await FillAsync(store);

        Assert.Equal(RecordState.Done, await StateAsync(store, "0"));
        Time.Advance(Retention);
        while (!(await store.SweepAsync(default)).PassEnded)
        {
        }
        Assert.True(await TryFillAsync(store, 0));
    }

    [Fact]
    public async Task A_full_store_takes_claims_again_at_once_where_answers_were_erased()
    {
        await using var store = Open(Options with { MaximumFileBytes = 1 << 20 });
        var records = await FillAsync(store);

        for (var erased = 0; erased < 4; erased++)
            Assert.Equal(TransitionResult.Applied, await store.EraseAsync(StoreSamples.Key($"{erased}"), "erased"u8.ToArray(), default));

        Assert.True(await TryFillAsync(store, records + 1));
    }

    [Fact]
    public async Task A_full_store_ends_what_is_under_way_with_tombstones_and_opens_again()
    {
        var small = Options with { MaximumFileBytes = 1 << 20 };
        var tickets = new List<ClaimTicket>();
        await using (var store = Open(small))
        {
            for (var i = 0; i < 400; i++)
                tickets.Add(await WinAsync(store, $"under way {i}"));
            await FillAsync(store);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CompleteAsync(tickets[0], new byte[50_000], Retention, default).AsTask());

            for (var i = 0; i < 200; i++)
                Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(tickets[i], "too large"u8.ToArray(), Retention, default));
        }

        await using var reopened = Open(small);

        Assert.Equal(RecordState.Done, await StateAsync(reopened, "under way 0"));
        Assert.Equal(RecordState.Doubt, await StateAsync(reopened, "under way 399"));
    }

    /// <returns>How many records the store accepted.</returns>
    private static async Task<int> FillAsync(SqliteIdempotencyStore store)
    {
        var records = 0;
        while (await TryFillAsync(store, records))
            records++;
        return records;
    }

    private static async Task<bool> TryFillAsync(SqliteIdempotencyStore store, int record)
    {
        try
        {
            await CompleteAsync(store, $"{record}", new string('r', 50_000));
            return true;
        }
        catch (StoreUnavailableException full) when (full.Failure == StoreFailure.Full)
        {
            return false;
        }
    }
}
