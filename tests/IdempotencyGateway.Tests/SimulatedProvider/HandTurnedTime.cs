namespace IdempotencyGateway.Tests.SimulatedProvider;

/// <summary>Time that passes only when a test says so. Timers fire once; periods are not needed here.</summary>
internal sealed class HandTurnedTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Alarm> _alarms = [];
    private readonly TaskCompletionSource _firstAlarm = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _now;

    /// <summary>Completes when somebody begins to wait.</summary>
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
