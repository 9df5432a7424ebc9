using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Operations on their way to the database, and whose turn it is to run them: many callers put in one each, whoever has the turn takes all there are.
/// <para>Invariant: there is one turn. It is a caller's who found nobody at work, or the writer thread's, and passes on under the lock. Where callers come together, it is the
/// writer thread's: one that waited for the disk itself would keep its thread from everybody else's work.</para>
/// </summary>
internal sealed class WriterQueue(int limit)
{
    private readonly object _gate = new();
    private List<StoreOperation> _pending = [];
    private bool _comeAlone = true;
    private bool _isTaken;
    private bool _isHandedOver;
    private bool _isClosed;

    /// <summary>How many wait, about.</summary>
    public int Waiting => Volatile.Read(ref _pending).Count;

    /// <param name="isTurn">True when nobody is at work, and callers come one at a time: this one then takes the turn, and has to end it.</param>
    /// <returns>Null, or why it was not taken in.</returns>
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
            isTurn = !_isTaken && _comeAlone;
            if (isTurn)
                _isTaken = true;
            else if (!_isTaken)
                HandOver();
            return null;
        }
    }

    /// <summary>
    /// Trades the emptied list for the filled one, for whoever has the turn. Takes what is there: waiting for more while nobody can run would make fewer groups, and
    /// all callers move in step, with the processor idle while the disk works and the other way round.
    /// </summary>
    public void TakeAll(ref List<StoreOperation> emptied)
    {
        lock (_gate)
        {
            (_pending, emptied) = (emptied, _pending);
            _comeAlone = emptied.Count <= 1;
        }
    }

    /// <summary>A caller ends its turn: to nobody, or to the writer thread where others wait or there is something to do that takes longer.</summary>
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

    /// <summary>Takes nothing in any more; what is in there still runs, by the writer thread.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (!_isTaken)
                HandOver();
        }
    }

    /// <summary>For the writer thread: ends its turn when nothing waits, and waits for the next.</summary>
    /// <returns>False when the queue was closed and everything has run.</returns>
    public bool WaitForTurn()
    {
        lock (_gate)
        {
            if (_isHandedOver && _pending.Count == 0 && !_isClosed)
                _isTaken = _isHandedOver = false;
            while (!_isHandedOver)
                Monitor.Wait(_gate);
            return _pending.Count > 0 || !_isClosed;
        }
    }

    private void HandOver()
    {
        _isTaken = _isHandedOver = true;
        Monitor.Pulse(_gate);
    }
}
