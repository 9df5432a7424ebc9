namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>
/// The system's time, but for one thing: timers about as long as the deadline ring when the test says so. With the route's deadline set to that length, it passes
/// exactly when the provider has been reached, on a machine of any speed.
/// </summary>
internal sealed class DeadlineBell : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _waiting = [];

    /// <summary>Nothing else waits that long.</summary>
    public TimeSpan Deadline { get; } = TimeSpan.FromMinutes(83);

    public void Ring()
    {
        Timer[] due;
        lock (_lock)
        {
            due = [.. _waiting];
            _waiting.Clear();
        }
        foreach (var timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // A call gets what is left of the route's deadline, which on a busy machine is visibly less than all of it.
        if (dueTime > Deadline || dueTime < Deadline / 2)
            return base.CreateTimer(callback, state, dueTime, period);
        var timer = new Timer(this, () => callback(state));
        lock (_lock)
            _waiting.Add(timer);
        return timer;
    }

    private void Forget(Timer timer)
    {
        lock (_lock)
            _waiting.Remove(timer);
    }

    private sealed class Timer(DeadlineBell bell, Action fire) : ITimer
    {
        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("a deadline is set once");

        public void Dispose() => bell.Forget(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
