namespace SimulatedProvider.Executions;

/// <summary>A thread-safe counter on which tests can wait instead of polling.</summary>
public sealed class ObservedCounter
{
    private readonly Lock _lock = new();
    private readonly List<(long Threshold, TaskCompletionSource Reached)> _waiters = [];
    private long _value;
    private int _watched;

    public long Value => Interlocked.Read(ref _value);

    /// <summary>Completes once <see cref="Value"/> is at least <paramref name="threshold"/>; immediately if it is already.</summary>
    public Task WhenReachesAsync(long threshold, CancellationToken cancellation = default)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiters.Add((threshold, reached));
            // Here _watched is set before the value is read; Increment raises the value before it reads _watched. So at least one of the two sees the other.
            Interlocked.Exchange(ref _watched, 1);
        }
        Notify();
        return reached.Task.WaitAsync(cancellation);
    }

    internal void Increment()
    {
        Interlocked.Increment(ref _value);
        if (Volatile.Read(ref _watched) != 0)
            Notify();
    }

    internal void Reset() => Interlocked.Exchange(ref _value, 0);

    private void Notify()
    {
        lock (_lock)
        {
            _waiters.RemoveAll(waiter => waiter.Threshold <= Value && waiter.Reached.TrySetResult());
            Volatile.Write(ref _watched, _waiters.Count);
        }
    }
}
