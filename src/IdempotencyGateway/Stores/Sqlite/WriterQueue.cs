using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>Operations on their way to the writer: many callers put in one each, the writer takes all there are.</summary>
internal sealed class WriterQueue(int limit)
{
    private readonly object _gate = new();
    private List<StoreOperation> _pending = [];
    private bool _closed;

    /// <returns>Null, or why it was not taken in.</returns>
    public StoreUnavailableException? Add(StoreOperation operation)
    {
        lock (_gate)
        {
            if (_closed)
                return new(StoreFailure.NotAsked, "the store is closed");
            if (_pending.Count >= limit)
                return new(StoreFailure.NotAsked, $"the store's queue is full ({limit} operations wait)");
            _pending.Add(operation);
            if (_pending.Count == 1)
                Monitor.Pulse(_gate);
            return null;
        }
    }

    /// <summary>
    /// Waits for work and trades the emptied list for the filled one. For one thread only. Takes what is there at once: waiting for more would make fewer commits, and
    /// all callers move in step, with the processor idle while the disk works and the other way round.
    /// </summary>
    /// <returns>False when the queue was closed and everything has been taken.</returns>
    public bool TakeAll(ref List<StoreOperation> emptied)
    {
        if (!WaitForWork())
            return false;
        lock (_gate)
            (_pending, emptied) = (emptied, _pending);
        return true;
    }

    /// <summary>Takes nothing in any more; what is in there still runs.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    private bool WaitForWork()
    {
        lock (_gate)
        {
            while (_pending.Count == 0 && !_closed)
                Monitor.Wait(_gate);
            return _pending.Count > 0;
        }
    }
}
