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
                return new(StoreFailure.Unreachable, "the store is closed");
            if (_pending.Count >= limit)
                return new(StoreFailure.Unreachable, $"the store's queue is full ({limit} operations wait)");
            _pending.Add(operation);
            if (_pending.Count == 1)
                Monitor.Pulse(_gate);
        }
        return null;
    }

    /// <summary>Waits for work and trades the emptied list for the filled one.</summary>
    /// <returns>False when the queue was closed and everything has been taken.</returns>
    public bool TakeAll(ref List<StoreOperation> emptied)
    {
        Gather();
        lock (_gate)
        {
            while (_pending.Count == 0)
            {
                if (_closed)
                    return false;
                Monitor.Wait(_gate);
            }
            (_pending, emptied) = (emptied, _pending);
            return true;
        }
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

    private void Gather()
    {
        var seen = -1;
        for (var i = 0; i < 20; i++)
        {
            int count;
            lock (_gate)
                count = _pending.Count;
            if (count == seen && count > 0 || (i > 2 && count == 0))
                return;
            seen = count;
            Thread.Yield();
        }
    }
}
