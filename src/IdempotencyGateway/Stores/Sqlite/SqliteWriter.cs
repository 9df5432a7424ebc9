using System.Runtime.InteropServices;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Runs store operations with group commit: all pending operations form one group and share one flush of the redo log, and only then their callers see the results. Operations that
/// arrive during a flush form the next group. An operation that arrives alone at an idle store runs on its caller's thread, which saves two thread switches. Everything else,
/// and every checkpoint, runs on a dedicated writer thread.
/// </summary>
internal sealed class SqliteWriter
{
    /// <summary>With this many operations pending, the writer thread starts a group without yielding for more.</summary>
    private const int TargetGroupSize = 12;

    private const int MaxYields = 8;

    private readonly DatabaseFile _file;
    private readonly StoreClock _clock;
    private readonly OpenTransaction _transaction;
    private readonly WriterQueue _queue;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<StoreOperation> _group = [];
    private long _commits;

    public SqliteWriter(DatabaseFile file, OpenTransaction transaction, StoreClock clock, int queueLimit)
    {
        _file = file;
        _transaction = transaction;
        _clock = clock;
        _queue = new(queueLimit);
        new Thread(Run) { IsBackground = true, Name = "store writer" }.Start();
    }

    /// <summary>Called with the reason each time a checkpoint fails; must not throw.</summary>
    public Action<StoreUnavailableException>? CheckpointFailed { get; set; }

    /// <summary>How many groups wrote to the redo log, and so waited for the disk.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Queues the work. May run it at once and block the calling thread for a flush, about a tenth of a millisecond.</summary>
    public ValueTask<T> RunAsync<TArguments, T>(TArguments arguments, Func<WriterSession, TArguments, StoreTime, T> work, CancellationToken abandon)
    {
        var operation = new StoreOperation<TArguments, T>(arguments, work);
        operation.AbandonOn(abandon);
        if (_queue.Add(operation, out var isTurn) is { } refusal)
        {
            operation.Forget();
            return ValueTask.FromException<T>(refusal);
        }
        if (isTurn)
        {
            RunPending(inline: operation);
            _queue.EndTurn(_transaction.IsCheckpointDue);
        }
        return operation.Task;
    }

    /// <inheritdoc cref="RunAsync{TArguments, T}"/>
    public ValueTask<T> RunAsync<T>(Func<WriterSession, StoreTime, T> work, CancellationToken abandon) =>
        RunAsync(work, static (session, work, now) => work(session, now), abandon);

    /// <summary>Runs what is queued, closes the file and releases its lock.</summary>
    public Task CloseAsync()
    {
        _queue.Close();
        return _ended.Task;
    }

    private void Run()
    {
        while (_queue.WaitForTurn())
        {
            // Only now, when the callers of the last group have their results. A failed checkpoint loses nothing: the redo log grows on, and the next one covers all of it.
            if (_transaction.IsCheckpointDue && _transaction.TryCheckpoint() is { } failure)
                CheckpointFailed?.Invoke(failure.ToUnavailable(_file.Path));
            YieldForLargerGroup();
            RunPending(inline: null);
        }
        _file.Close(_transaction);
        _ended.SetResult();
    }

    /// <summary>
    /// Lets runnable threads submit their operations first, so that one flush serves more of them. With no runnable thread, a yield returns at once. On a busy machine one yield can
    /// take long, so the loop ends when the millisecond clock ticks.
    /// </summary>
    private void YieldForLargerGroup()
    {
        var began = _clock.Now().Monotonic;
        for (var given = 0; given < MaxYields && _queue.PendingCount < TargetGroupSize && _clock.Now().Monotonic == began; given++)
            Thread.Yield();
    }

    /// <param name="inline">The operation that this thread itself submitted; null on the writer thread.</param>
    private void RunPending(StoreOperation? inline)
    {
        _queue.TakeAll(ref _group);
        var group = CollectionsMarshal.AsSpan(_group);
        if (TryBegin(group))
            RunGroup(group);
        StoreOperation.PublishAll(group, inline);
        _group.Clear();
    }

    /// <summary>When no transaction can be started, the whole group fails: retrying its operations one by one would fail the same way, only later.</summary>
    private bool TryBegin(ReadOnlySpan<StoreOperation> group)
    {
        try
        {
            _transaction.Begin();
            return true;
        }
#pragma warning disable CA1031 // An exception that escaped here would leave the turn taken, and every later caller waiting for ever.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            foreach (var operation in group)
                Fail(operation, failure);
            return false;
        }
    }

    /// <summary>The operations of a failed group are retried one by one, so that a response too large for the disk fails alone.</summary>
    private void RunGroup(ReadOnlySpan<StoreOperation> group)
    {
        try
        {
            if (_transaction.Run(group, _clock.Now()))
                Volatile.Write(ref _commits, _commits + 1);
        }
#pragma warning disable CA1031 // Every failure goes to the callers: it must not end the thread that serves all of them.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (group.Length == 1)
            {
                Fail(group[0], failure);
                return;
            }
            for (var i = 0; i < group.Length; i++)
                RunGroup(group.Slice(i, 1));
        }
    }

    private void Fail(StoreOperation operation, Exception failure) =>
        operation.Fail(failure is SqliteFailure refused ? refused.ToUnavailable(_file.Path) : failure);
}
