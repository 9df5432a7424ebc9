namespace IdempotencyGateway.Tests.Testing;

/// <summary>What arrived, in order, and a way to wait until the n-th did. Safe to use from many connections at once.</summary>
/// <param name="what">The arrivals' name, for the message of a wait that failed.</param>
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

    /// <returns>Its place: 1 for the first.</returns>
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

    /// <summary>The test equipment itself broke: every wait, present and future, says why.</summary>
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

    /// <summary>The <paramref name="count"/>-th arrival (the first is 1), once it is there.</summary>
    /// <exception cref="TimeoutException">It did not come within <see cref="Patience.Limit"/>.</exception>
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
