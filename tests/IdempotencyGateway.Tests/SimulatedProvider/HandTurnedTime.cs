namespace IdempotencyGateway.Tests.SimulatedProvider;

/// <summary>A minimal manual clock, whose timers fire once.</summary>
internal sealed class HandTurnedTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Alarm> _alarms = [];
    private readonly TaskCompletionSource _firstAlarm = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _now;

    /// <summary>Completes when the first timer has been created.</summary>
    public Task SomebodyWaits => _firstAlarm.Task.WaitAsync(Patience.Limit);

    public void Advance(TimeSpan by)
    {
        Alarm[] due;
        lock (_lock)
        {
            _now += by;
            due = [.. _alarms.Where(alarm => alarm.Due <= _now)];
            _alarms.RemoveAll(alarm => alarm.Due <= _now);
        }
        foreach (var alarm in due)
            alarm.Ring();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            var alarm = new Alarm(_now + dueTime, () => callback(state));
            _alarms.Add(alarm);
            _firstAlarm.TrySetResult();
            return alarm;
        }
    }

    private sealed record Alarm(TimeSpan Due, Action Ring) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
