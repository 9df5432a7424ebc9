namespace IdempotencyGateway.Tests.Testing;

/// <summary>A thread-safe log of arrivals, in order, that can be awaited: <see cref="Reached"/> completes at the n-th arrival.</summary>
/// <param name="what">What arrives, as a plural noun for the message of a timed-out wait.</param>
public sealed class ArrivalLog<T>(string what)
{
    private readonly Lock _lock = new();
    private readonly List<T> _arrived = [];
    private readonly List<(int Count, TaskCompletionSource<T> Waiter)> _waiters = [];
    private Exception? _failure;

    public int Count
    {
        get
        {
            lock (_lock)
                return _arrived.Count;
        }
    }

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_lock)
                return [.. _arrived];
        }
    }

    /// <returns>The arrival's position; the first is 1.</returns>
    public int Add(T arrival)
    {
        lock (_lock)
        {
            _arrived.Add(arrival);
            foreach (var (_, waiter) in _waiters.Where(w => w.Count == _arrived.Count))
                waiter.TrySetResult(arrival);
            _waiters.RemoveAll(w => w.Count <= _arrived.Count);
            return _arrived.Count;
        }
    }

    /// <summary>Fails every current and future wait with this exception, because the harness itself broke.</summary>
    public void Fail(Exception failure)
    {
        lock (_lock)
        {
            _failure ??= failure;
            foreach (var (_, waiter) in _waiters)
                waiter.TrySetException(failure);
            _waiters.Clear();
        }
    }

    /// <summary>Waits for the <paramref name="count"/>-th arrival (the first is 1) and returns it.</summary>
    /// <exception cref="TimeoutException">It did not arrive within <see cref="Patience.Limit"/>.</exception>
    public async Task<T> Reached(int count)
    {
        try
        {
            return await Wait(count).OrGiveUp();
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"waited for {count} {what}, saw {Count}", late);
        }
    }

    private Task<T> Wait(int count)
    {
        lock (_lock)
        {
            if (_failure is not null)
                return Task.FromException<T>(_failure);
            if (count <= _arrived.Count)
                return Task.FromResult(_arrived[count - 1]);
            var waiter = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, waiter));
            return waiter.Task;
        }
    }
}
