using System.Runtime.InteropServices;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Runs operations on the database, one group at a time: whatever waits is run together, the disk is waited for once, and only then the callers see their results; meanwhile
/// the next group gathers by itself. A caller that comes alone and finds nobody at work runs its own operation, on its own thread, which saves two changes of threads; while
/// others come in, and for what takes longer, there is a thread.
/// </summary>
internal sealed class SqliteWriter
{
    /// <summary>So many operations are not kept waiting for more.</summary>
    private const int WorthAFlush = 12;

    private const int MostTurnsGiven = 8;

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

    /// <summary>Called with the reason each time that the redo log could not be moved into the file; must not throw.</summary>
    public Action<StoreUnavailableException>? FoldFailed { get; set; }

    /// <summary>Groups that changed something, and so waited for the disk.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>May wait for the disk on the caller's thread, about a tenth of a millisecond.</summary>
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
            RunWaiting(here: operation);
            _queue.EndTurn(_transaction.IsFoldDue);
        }
        return operation.Task;
    }

    /// <inheritdoc cref="RunAsync{TArguments, T}"/>
    public ValueTask<T> RunAsync<T>(Func<WriterSession, StoreTime, T> work, CancellationToken abandon) =>
        RunAsync(work, static (session, work, now) => work(session, now), abandon);

    /// <summary>Runs what is queued, closes the file, and lets go of its lock.</summary>
    public Task CloseAsync()
    {
        _queue.Close();
        return _ended.Task;
    }

    private void Run()
    {
        while (_queue.WaitForTurn())
        {
            // After the callers were answered. One that fails loses nothing: the log goes on, and the next one moves it all.
            if (_transaction.IsFoldDue && _transaction.TryFold() is { } failure)
                FoldFailed?.Invoke(failure.ToUnavailable(_file.Path));
            GiveWay();
            RunWaiting(here: null);
        }
        _file.Close(_transaction);
        _ended.SetResult();
    }

    /// <summary>
    /// Whoever can run is about to ask, too, and one flush then does for more of them. Where nobody can, a turn given comes back at once; where others have the processors for
    /// themselves, it may take long, and is the last.
    /// </summary>
    private void GiveWay()
    {
        var began = _clock.Now().Monotonic;
        for (var given = 0; given < MostTurnsGiven && _queue.Waiting < WorthAFlush && _clock.Now().Monotonic == began; given++)
            Thread.Yield();
    }

    /// <param name="here">The operation whose caller is this thread's, and goes on without being woken.</param>
    private void RunWaiting(StoreOperation? here)
    {
        _queue.TakeAll(ref _group);
        var group = CollectionsMarshal.AsSpan(_group);
        if (TryBegin(group))
            RunGroup(group);
        StoreOperation.PublishAll(group, here);
        _group.Clear();
    }

    /// <summary>Where no transaction can be had, trying for each operation again would only take longer.</summary>
    private bool TryBegin(ReadOnlySpan<StoreOperation> group)
    {
        try
        {
            _transaction.Begin();
            return true;
        }
#pragma warning disable CA1031 // As for a group: a turn that did not end would keep everybody waiting.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            foreach (var operation in group)
                Fail(operation, failure);
            return false;
        }
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
