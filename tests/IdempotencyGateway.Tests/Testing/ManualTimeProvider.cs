namespace IdempotencyGateway.Tests.Testing;

/// <summary>A <see cref="TimeProvider"/> that a test moves by hand. Timers fire inside <see cref="Advance"/>, on the caller's thread, in the order of their due times.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Remaining, int Count, TaskCompletionSource Reached)> _watchers = [];
    private TimeSpan _elapsed;
    private DateTimeOffset _wall = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp()
    {
        lock (_gate)
            return _elapsed.Ticks;
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _wall;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the timestamp and the wall clock forward. Every timer that falls due on the way fires at its own due time.</summary>
    public void Advance(TimeSpan duration)
    {
        var end = TimeSpan.FromTicks(GetTimestamp()) + duration;
        while (TakeDue(end) is { } fire)
            fire();
        lock (_gate)
            MoveTo(end);
    }

    /// <summary>Completes once <paramref name="count"/> timers are due exactly <paramref name="remaining"/> from now, so that a test knows the code under test has begun to wait.</summary>
    /// <exception cref="TimeoutException">The timers were not armed within <see cref="Patience.Limit"/>.</exception>
    public Task WhenArmedAsync(TimeSpan remaining, int count = 1)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _watchers.Add((remaining, count, reached));
            TellWatchers();
        }
        return reached.Task.OrGiveUp();
    }

    /// <summary>Sets the wall clock forward or back without any time passing: no timer moves.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_gate)
            _wall += by;
    }

    private Action? TakeDue(TimeSpan end)
    {
        lock (_gate)
        {
            var next = _timers.MinBy(timer => timer.Due);
            if (next is null || next.Due > end)
                return null;
            if (next.Due > _elapsed)
                MoveTo(next.Due);
            if (next.Period > TimeSpan.Zero)
                next.Due += next.Period;
            else
                _timers.Remove(next);
            return next.Fire;
        }
    }

    private void TellWatchers() => _watchers.RemoveAll(watcher =>
        _timers.Count(timer => timer.Due - _elapsed == watcher.Remaining) >= watcher.Count && watcher.Reached.TrySetResult());

    private void MoveTo(TimeSpan elapsed)
    {
        _wall += elapsed - _elapsed;
        _elapsed = elapsed;
    }

    private sealed class ManualTimer(ManualTimeProvider time, Action fire) : ITimer
    {
        private bool _disposed;

        public Action Fire { get; } = fire;

        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                if (_disposed)
                    return false;
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = time._elapsed + dueTime;
                time._timers.Add(this);
                time.TellWatchers();
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                _disposed = true;
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
