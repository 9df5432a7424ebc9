using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sightings;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Stores.Sqlite.Redo;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>Checkpoints that fail for lack of space or by I/O errors: all records stay readable from the redo log, for this process and after a crash.</summary>
public sealed class FailedCheckpointTests : OpenTransactionFixture
{
    /// <summary>More records than fit on one database page.</summary>
    private const int UnderWay = 300;

    private const string NoRoom = "the database file is as large as it may be";
    private const string NoLog = "SQLite's log cannot be written, so nothing is committed";
    private const string NoFile = "the database file cannot be written, so what is committed is not moved";

    [Theory]
    [InlineData(NoRoom)]
    [InlineData(NoLog)]
    [InlineData(NoFile)]
    public void While_it_fails_everything_is_there_and_goes_on_and_once_it_works_everything_is_moved(string why)
    {
        Put("answered", StoreRows.Done([1]));
        for (var i = 0; i < UnderWay; i++)
            Put($"{i}", StoreRows.Sent);

        using (Break(why))
        {
            CheckpointInVain();
            Assert.Equal((1, UnderWay), Survivors());
            Assert.Equal([1], Find("answered")?.Content.ToArray());

            Put("0", StoreRows.Done([2]));
            Put("1", StoreRows.Sent with { State = RecordState.Doubt, Content = new byte[] { 3 } });
            Put("later", StoreRows.Sent);
            Assert.Equal((2, UnderWay), Survivors());
            CheckpointInVain();
            Assert.Equal((2, UnderWay), Survivors());
        }
        Assert.Null(Transaction.TryCheckpoint());

        Assert.Equal(0, Opened.Redo.Length);
        Assert.Equal((2, UnderWay), (Count(Opened, "settled"), Count(Opened, "unsettled")));
        Assert.Equal((2, UnderWay), Survivors());
        Assert.Equal([2], Find("0")?.Content.ToArray());
        Assert.Equal((RecordState.Doubt, 3), (Find("1")!.State, Find("1")!.Content.Span[0]));
        Assert.Equal(RecordState.Sent, Find("later")?.State);
        Assert.Equal("ok", Opened.Database.Query("PRAGMA integrity_check"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_damaged_page_that_it_needs_is_said_to_whoever_needs_it_and_once_it_is_put_back_nothing_is_lost(int askings)
    {
        Put("answered", StoreRows.Done([1]));
        Put("sent", StoreRows.Sent);
        Transaction.Checkpoint();
        Opened.Database.Checkpoint(empties: true);
        var sound = File.ReadAllBytes(Opened.Path);
        Put("sent", StoreRows.Sent with { State = RecordState.Doubt });
        Put("new", StoreRows.Done([2]));
        Damage("unsettled");

        CheckpointInVain();
        for (var asking = 1; asking <= askings; asking++)
        {
            var refusal = Assert.Throws<SqliteFailure>(() => Put("refused", StoreRows.Sent)).ToUnavailable(Opened.Path);
            Assert.Equal(StoreFailure.Refused, refusal.Failure);
            Assert.Contains("damaged", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("restore it from a backup", refusal.Message, StringComparison.Ordinal);
        }
        using (var file = File.OpenWrite(Opened.Path))
            file.Write(sound);
        Opened.Database.Execute("PRAGMA shrink_memory");

        Assert.Equal((2, 1), Survivors());
        Assert.Equal((RecordState.Doubt, RecordState.Done), (Find("sent")?.State, Find("new")?.State));
        Assert.Null(Find("refused"));
        Put("next", StoreRows.Sent);
        Transaction.TryCheckpoint();
        Assert.Equal((0, 2, 2), (Opened.Redo.Length, Count(Opened, "settled"), Count(Opened, "unsettled")));
    }

    [Fact]
    public void Counts_that_take_a_commit_along_that_fails_leave_everything_else_as_the_log_has_it()
    {
        for (var i = 0; i < UnderWay; i++)
            Put($"{i}", StoreRows.Sent);

        using (Break(NoRoom))
            Assert.Throws<SqliteFailure>(() => Run(Doing((session, _) => session.WriteTracks([new(new(new Digest256(1, 2, 3, 4)), 5_000, [1])]))));
        for (var i = 0; i < UnderWay; i++)
            Put($"{i}", StoreRows.Done([2]));
        Transaction.TryCheckpoint();

        Assert.Equal((UnderWay, 0), (Count(Opened, "settled"), Count(Opened, "unsettled")));
        Assert.Equal((UnderWay, 0), Survivors());
    }

    [Fact]
    public async Task A_failed_checkpoint_is_reported_and_the_writer_goes_on()
    {
        var told = new TaskCompletionSource<StoreUnavailableException>(TaskCreationOptions.RunContinuationsAsynchronously);
        var writer = new SqliteWriter(Opened, Transaction, new StoreClock(TimeProvider.System), queueLimit: 10) { CheckpointFailed = told.SetResult };

        using (Break(NoLog))
        {
            // Larger than the redo log may grow before a checkpoint is due.
            await AnswerAsync("large", new byte[9 << 20]);
            Assert.Contains(Opened.Path, (await told.Task.OrGiveUp()).Message, StringComparison.Ordinal);
            await AnswerAsync("small", [1]);
        }
        await writer.CloseAsync().OrGiveUp();

        using var reopened = DatabaseFile.Open(new() { Path = Opened.Path });
        Assert.Equal(2, Count(reopened, "settled"));

        async Task AnswerAsync(string key, byte[] answer) => await writer.RunAsync(
            (StoreSamples.Key(key), StoreRows.Done(answer)),
            static (session, it, now) => session.Apply(it.Item1, it.Item2, static (_, row, _) => new Decision<bool>(true, row), now),
            default).AsTask().OrGiveUp();
    }

    /// <summary>Asserts that a checkpoint fails: the redo log keeps its content, and no further checkpoint is due at once.</summary>
    private void CheckpointInVain()
    {
        var length = Opened.Redo.Length;
        Transaction.TryCheckpoint();
        Assert.Equal(length, Opened.Redo.Length);
        Assert.False(Transaction.IsCheckpointDue);
    }

    private IDisposable Break(string why) => why switch
    {
        NoRoom => new FullFile(Opened.Database),
        NoLog => new UnwritableFile(Opened.Path + "-wal"),
        NoFile => new UnwritableFile(Opened.Path),
        _ => throw new ArgumentOutOfRangeException(nameof(why)),
    };

    /// <summary>Keeps the database file from growing until disposal.</summary>
    private sealed class FullFile : IDisposable
    {
        private readonly SqliteDatabase _database;
        private readonly string _limit;

        public FullFile(SqliteDatabase database)
        {
            _database = database;
            _limit = database.Query("PRAGMA max_page_count");
            database.Execute("PRAGMA max_page_count = 1");
        }

        public void Dispose() => _database.Execute($"PRAGMA max_page_count = {_limit}");
    }
}
