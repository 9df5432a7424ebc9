using System.Runtime.InteropServices;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The one thread that touches the database. It takes whatever waits, runs it in one transaction, commits once, and only then lets
/// the callers see their results; while it waits for the disk the next group gathers by itself.
/// </summary>
internal sealed class SqliteWriter
{
    /// <summary>16 MiB of log: long enough that pages written often are moved once, short enough to move in a few milliseconds.</summary>
    private const int CheckpointPages = 4096;

    private readonly DatabaseFile _file;
    private readonly StoreClock _clock;
    private readonly WriterSession _session;
    private readonly WriterQueue _queue;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pagesInLog;
    private long _commits;

    public SqliteWriter(DatabaseFile file, WriterSession session, StoreClock clock, int queueLimit)
    {
        _file = file;
        _session = session;
        _clock = clock;
        _queue = new(queueLimit);
        _begin = file.Database.Prepare("BEGIN");
        _commit = file.Database.Prepare("COMMIT");
        _rollback = file.Database.Prepare("ROLLBACK");
        new Thread(Run) { IsBackground = true, Name = "store writer" }.Start();
    }

    /// <summary>Transactions that changed something, and so waited for the disk.</summary>
    public long Commits => Volatile.Read(ref _commits);

    public ValueTask<T> RunAsync<T>(Func<WriterSession, StoreTime, T> work, CancellationToken abandon)
    {
        var operation = new StoreOperation<T>(work);
        operation.AbandonOn(abandon);
        return _queue.Add(operation) is { } refusal ? ValueTask.FromException<T>(refusal) : operation.Task;
    }

    /// <summary>Runs what is queued, closes the file, and lets go of its lock.</summary>
    public Task CloseAsync()
    {
        _queue.Close();
        return _ended.Task;
    }

    private void Run()
    {
        var group = new List<StoreOperation>();
        while (_queue.TakeAll(ref group))
        {
            RunGroup(CollectionsMarshal.AsSpan(group));
            foreach (var operation in group)
                operation.Publish();
            group.Clear();
            CheckpointWhenDue();
        }
        _file.Dispose();
        _ended.SetResult();
    }

    /// <summary>What fails together is tried one by one, so that a response too large for the disk fails alone.</summary>
    private void RunGroup(ReadOnlySpan<StoreOperation> group)
    {
        try
        {
            Commit(group);
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to the callers: the thread that serves all of them must not end by it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            RollBack();
            if (group.Length == 1)
            {
                group[0].Fail(failure is SqliteFailure refused ? refused.ToUnavailable(_file.Path) : failure);
                return;
            }
            for (var i = 0; i < group.Length; i++)
                RunGroup(group.Slice(i, 1));
        }
    }

    /// <summary>A transaction that changed nothing ends without the disk.</summary>
    private void Commit(ReadOnlySpan<StoreOperation> group)
    {
        var now = _clock.Now();
        var changesBefore = _file.Database.TotalChanges;
        _begin.Run();
        foreach (var operation in group)
        {
            if (!operation.IsAbandoned)
                operation.Attempt(_session, now);
        }
        _commit.Run();
        if (_file.Database.TotalChanges != changesBefore)
            Volatile.Write(ref _commits, _commits + 1);
    }

    /// <summary>SQLite rolls back by itself after some failures. If it cannot at all, the next group's BEGIN says so.</summary>
    private void RollBack()
    {
        try
        {
            if (_file.Database.InTransaction)
                _rollback.Run();
        }
        catch (SqliteFailure)
        {
        }
    }

    /// <summary>After the callers were answered. One that fails loses nothing: the log goes on, and the next one moves it all.</summary>
    private void CheckpointWhenDue()
    {
        _pagesInLog += _file.Database.TakePagesWritten();
        if (_pagesInLog < CheckpointPages)
            return;
        _pagesInLog = 0;
        try
        {
            _file.Database.Checkpoint();
        }
        catch (SqliteFailure)
        {
        }
    }
}
