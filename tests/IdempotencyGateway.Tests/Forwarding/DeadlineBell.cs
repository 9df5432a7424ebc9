namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>
/// The system clock, except that timers about as long as <see cref="Deadline"/> fire when the test calls <see cref="Ring"/>. A test sets the route's deadline to
/// that length, and lets it pass exactly when the provider has been reached, however slow the machine is.
/// </summary>
internal sealed class DeadlineBell : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _waiting = [];

    /// <summary>A length that no other timer has.</summary>
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
        // The provider call's timer gets the rest of the route's deadline, which on a busy machine is noticeably shorter.
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
