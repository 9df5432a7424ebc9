using System.Runtime.InteropServices;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The one thread that touches the database. It takes whatever waits, runs it as one group, waits for the disk once, and only then lets
/// the callers see their results; while it waits for the disk the next group gathers by itself.
/// </summary>
internal sealed class SqliteWriter
{
    private readonly DatabaseFile _file;
    private readonly StoreClock _clock;
    private readonly OpenTransaction _transaction;
    private readonly WriterQueue _queue;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _commits;

    public SqliteWriter(DatabaseFile file, OpenTransaction transaction, StoreClock clock, int queueLimit)
    {
        _file = file;
        _transaction = transaction;
        _clock = clock;
        _queue = new(queueLimit);
        new Thread(Run) { IsBackground = true, Name = "store writer" }.Start();
    }

    /// <summary>Groups that changed something, and so waited for the disk.</summary>
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
            StoreOperation.PublishAll(CollectionsMarshal.AsSpan(group));
            group.Clear();
            _transaction.FoldWhenDue();
        }
        _file.Close(_transaction);
        _ended.SetResult();
    }

    /// <summary>What fails together is tried one by one, so that a response too large for the disk fails alone.</summary>
    private void RunGroup(ReadOnlySpan<StoreOperation> group)
    {
        try
        {
            if (_transaction.Run(group, _clock.Now()))
                Volatile.Write(ref _commits, _commits + 1);
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to the callers: the thread that serves all of them must not end by it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (group.Length == 1)
            {
                group[0].Fail(failure is SqliteFailure refused ? refused.ToUnavailable(_file.Path) : failure);
                return;
            }
            for (var i = 0; i < group.Length; i++)
                RunGroup(group.Slice(i, 1));
        }
    }
}
