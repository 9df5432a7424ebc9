using System.Runtime.CompilerServices;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sightings;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Stores.Sqlite.Redo;
using IdempotencyGateway.Tests.Stores.Sqlite.Redo;
using IdempotencyGateway.Tests.Testing;
using SQLitePCL;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>The transaction that stays open across groups: a finished group's changes survive a failed commit, a failed group's changes are undone.</summary>
public sealed class OpenTransactionTests : OpenTransactionFixture
{
    [Fact]
    public void A_transaction_that_SQLite_gave_up_is_done_again_from_the_log()
    {
        Put("sent", StoreRows.Sent);
        Put("done", StoreRows.Done([1, 2, 3]));
        Opened.Database.Execute("ROLLBACK");

        Assert.Equal(RecordState.Sent, Find("sent")?.State);
        Assert.Equal([1, 2, 3], Find("done")?.Content.ToArray());
    }

    [Fact]
    public void A_transaction_that_SQLite_gave_up_is_done_again_from_where_it_was_last_folded()
    {
        Put("key", StoreRows.Sent);
        Transaction.Checkpoint();
        Put("key", StoreRows.Done([7]));
        Opened.Database.Execute("ROLLBACK");

        Assert.Equal([7], Find("key")?.Content.ToArray());
        Assert.Equal("0", Opened.Database.Query("SELECT count(*) FROM unsettled"));
    }

    [Fact]
    public void What_is_under_way_when_it_is_folded_is_found_and_settled_afterwards()
    {
        Put("key", StoreRows.Sent);
        Transaction.Checkpoint();
        Assert.Equal("1", Opened.Database.Query("SELECT count(*) FROM unsettled"));
        Assert.Equal(StoreRows.Sent.Destination, Find("key")?.Destination);

        Put("key", StoreRows.Done([7]));

        Assert.Equal("0", Opened.Database.Query("SELECT count(*) FROM unsettled"));
        Assert.Equal([7], Find("key")?.Content.ToArray());
    }

    [Fact]
    public void Nothing_is_left_of_a_group_that_failed_in_memory_or_on_disk()
    {
        Put("before", StoreRows.Sent);
        var length = Opened.Redo.Length;

        Assert.Throws<InvalidOperationException>(() => Run(
            Setting("before", StoreRows.Done([1])),
            Setting("new", StoreRows.Sent),
            Doing((session, now) => session.CountDoubts(now)),
            Doing((_, _) => throw new InvalidOperationException("a bug"))));

        Assert.Equal(RecordState.Sent, Find("before")?.State);
        Assert.Null(Find("new"));
        Assert.Equal(length, Opened.Redo.Length);
    }

    [Fact]
    public void Counts_are_committed_though_the_log_does_not_know_them()
    {
        var change = new TrackChange(new(new Digest256(1, 2, 3, 4)), 5_000, [1]);

        Run(Doing((session, _) => session.WriteTracks([change])));

        Assert.False(Opened.Database.InTransaction);
        Assert.Equal("1", Opened.Database.Query("SELECT count(*) FROM tracks"));
    }

    [Fact]
    public void Counts_are_committed_in_a_group_that_the_log_knows_too()
    {
        var change = new TrackChange(new(new Digest256(1, 2, 3, 4)), 5_000, [1]);

        Run(Setting("key", StoreRows.Sent), Doing((session, _) => session.WriteTracks([change])));

        Assert.False(Opened.Database.InTransaction);
        Assert.Equal(RecordState.Sent, Find("key")?.State);
    }

    [Fact]
    public void After_damage_was_read_what_does_not_touch_it_is_written_and_folded()
    {
        Put("damaged", StoreRows.Done([1]));
        Transaction.Checkpoint();
        Opened.Database.Execute("DELETE FROM answers");

        Assert.Throws<SqliteFailure>(() => Run(Setting("new", StoreRows.Sent), Finding(StoreSamples.Key("damaged"), _ => { })));
        Assert.Null(Find("new"));

        Put("new", StoreRows.Done([2]));
        Transaction.Checkpoint();
        Assert.Equal(0, Opened.Redo.Length);
        Assert.Equal([2], Find("new")?.Content.ToArray());
    }

    [Fact]
    public void A_page_that_is_damaged_while_the_transaction_is_open_costs_only_what_lies_on_it()
    {
        Put("damaged", StoreRows.Done([1]));
        Transaction.Checkpoint();
        Opened.Database.Checkpoint(empties: true);
        Put("before", StoreRows.Sent);
        Run(Doing((session, now) => session.CountDoubts(now)));
        Damage("answers");

        var failure = Assert.Throws<SqliteFailure>(() => Run(
            Setting("before", StoreRows.Sent with { State = RecordState.Doubt }),
            Setting("new", StoreRows.Sent),
            Doing((session, now) => session.CountDoubts(now)),
            Finding(StoreSamples.Key("damaged"), _ => { })));

        Assert.True(failure.IsDamage);
        Assert.Null(Find("new"));
        Assert.Equal(RecordState.Sent, Find("before")?.State);
        Put("new", StoreRows.Sent);
        Transaction.Checkpoint();
        Assert.Equal("2", Opened.Database.Query("SELECT count(*) FROM unsettled WHERE state = 2"));
    }

    [Fact]
    public void While_what_a_failed_group_left_cannot_be_rolled_back_no_group_runs_and_nothing_is_lost()
    {
        Put("damaged", StoreRows.Done([1]));
        Transaction.Checkpoint();
        Opened.Database.Execute("DELETE FROM answers");
        Put("before", StoreRows.Sent);
        // SQLite recompiles already prepared statements under the new authorizer.
        raw.sqlite3_set_authorizer(HandleOf(Opened.Database), (_, action, word, _, _, _) => action == raw.SQLITE_TRANSACTION && word == "ROLLBACK" ? raw.SQLITE_DENY : raw.SQLITE_OK, null);

        Assert.Throws<SqliteFailure>(() => Run(
            Setting("before", StoreRows.Sent with { State = RecordState.Doubt }),
            Setting("new", StoreRows.Sent),
            Doing((session, now) => session.CountDoubts(now)),
            Finding(StoreSamples.Key("damaged"), _ => { })));
        for (var asking = 1; asking <= 2; asking++)
            Assert.Contains("cannot be rolled back", Assert.Throws<SqliteFailure>(() => Put("late", StoreRows.Sent)).Message, StringComparison.Ordinal);
        raw.sqlite3_set_authorizer(HandleOf(Opened.Database), (strdelegate_authorizer?)null, null);

        Assert.Null(Find("new"));
        Assert.Equal(RecordState.Sent, Find("before")?.State);
    }

    [Fact]
    public async Task Counts_that_could_not_be_written_are_written_with_the_next_ones()
    {
        var time = new ManualTimeProvider();
        var memory = new TrackMemory(() => Now.Wall);
        var writer = new SqliteWriter(Opened, Transaction, new StoreClock(time), queueLimit: 10);
        await memory.SeeAsync(new Sighting[] { new(new(new Digest256(1, 2, 3, 4)), 1), new(new(new Digest256(5, 6, 7, 8)), 1) }, default);
        Opened.Database.Execute("PRAGMA query_only = ON");
        await new TrackKeeper(memory, writer, time).DisposeAsync();
        Opened.Database.Execute("PRAGMA query_only = OFF");
        Assert.Equal("0", Opened.Database.Query("SELECT count(*) FROM tracks"));

        await new TrackKeeper(memory, writer, time).DisposeAsync();

        Assert.Equal("2", Opened.Database.Query("SELECT count(*) FROM tracks"));
    }

    [Fact]
    public void Two_keys_with_one_prefix_are_two_records()
    {
        var (one, other) = (new StorageKey(new Digest256(1, 2, 3, 4)), new StorageKey(new Digest256(1, 2, 3, 5)));
        Run(Setting(one, StoreRows.Done([1])));
        Run(Setting(other, StoreRows.Done([2])));

        Assert.Equal([1], Find(one)?.Content.ToArray());
        Assert.Equal([2], Find(other)?.Content.ToArray());
        Assert.Null(Find(new StorageKey(new Digest256(1, 2, 3, 6))));
    }

    [Fact]
    public async Task What_goes_wrong_before_a_group_can_run_its_callers_hear_and_nobody_waits_for_ever()
    {
        Put("key", StoreRows.Sent);
        Opened.Database.Execute("ROLLBACK");
        Opened.Redo.Dispose();
        var writer = new SqliteWriter(Opened, Transaction, new StoreClock(TimeProvider.System), queueLimit: 10);

        for (var asking = 1; asking <= 2; asking++)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.RunAsync((_, _) => true, default).AsTask().OrGiveUp());
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_handle")]
    private static extern ref readonly sqlite3 HandleOf(SqliteDatabase database);
}
