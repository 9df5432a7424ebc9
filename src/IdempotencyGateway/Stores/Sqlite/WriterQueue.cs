using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The queue of pending operations, and the turn: the exclusive right to run operations on the database. Whoever holds the turn takes all pending operations at once.
/// <para>Invariant: at most one thread holds the turn, and it changes hands only under the lock. A caller takes it when it is free and the last batch held at most one operation.
/// When callers arrive together, the writer thread gets it: a caller that waited for the disk would block a pool thread that the others need.</para>
/// </summary>
internal sealed class WriterQueue(int limit)
{
    private readonly object _gate = new();
    private List<StoreOperation> _pending = [];
    private bool _lastBatchWasSingle = true;
    private bool _isTaken;
    private bool _writerHasTurn;
    private bool _isClosed;

    /// <summary>Approximate: read without the lock.</summary>
    public int PendingCount => Volatile.Read(ref _pending).Count;

    /// <param name="isTurn">True when this caller got the turn: it must run the pending operations and then call <see cref="EndTurn"/>.</param>
    /// <returns>Null, or why the operation was rejected.</returns>
    public StoreUnavailableException? Add(StoreOperation operation, out bool isTurn)
    {
        isTurn = false;
        lock (_gate)
        {
            if (_isClosed)
                return new(StoreFailure.NotAsked, "the store is closed");
            if (_pending.Count >= limit)
                return new(StoreFailure.NotAsked, $"the store's queue is full ({limit} operations wait)");
            _pending.Add(operation);
            isTurn = !_isTaken && _lastBatchWasSingle;
            if (isTurn)
                _isTaken = true;
            else if (!_isTaken)
                HandOver();
            return null;
        }
    }

    /// <summary>
    /// For the holder of the turn: swaps its empty list for the pending operations. Never waits for more to arrive: all callers would then move in lockstep, with the processor idle
    /// during each flush and the disk idle in between.
    /// </summary>
    public void TakeAll(ref List<StoreOperation> emptied)
    {
        lock (_gate)
        {
            (_pending, emptied) = (emptied, _pending);
            _lastBatchWasSingle = emptied.Count <= 1;
        }
    }

    /// <summary>Ends a caller's turn. The writer thread gets it when operations are pending, a checkpoint is due (<paramref name="moreToDo"/>) or the queue was closed.</summary>
    public void EndTurn(bool moreToDo)
    {
        lock (_gate)
        {
            if (moreToDo || _pending.Count > 0 || _isClosed)
                HandOver();
            else
                _isTaken = false;
        }
    }

    /// <summary>Rejects further operations. The writer thread still runs the pending ones.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (!_isTaken)
                HandOver();
        }
    }

    /// <summary>For the writer thread: ends its turn when nothing is pending, and blocks until it gets the next one.</summary>
    /// <returns>False when the queue is closed and everything has run.</returns>
    public bool WaitForTurn()
    {
        lock (_gate)
        {
            if (_writerHasTurn && _pending.Count == 0 && !_isClosed)
                _isTaken = _writerHasTurn = false;
            while (!_writerHasTurn)
                Monitor.Wait(_gate);
            return _pending.Count > 0 || !_isClosed;
        }
    }

    private void HandOver()
    {
        _isTaken = _writerHasTurn = true;
        Monitor.Pulse(_gate);
    }
}
