using System.Collections.Concurrent;
using System.Diagnostics;

namespace IdempotencyGateway.Load.Measuring;

/// <summary>Everything that happens while a load runs. Many connections write into it at once; somebody may look at it meanwhile.</summary>
/// <param name="interval">Of the timeline.</param>
internal sealed class Measurement(TimeSpan interval)
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly ConcurrentDictionary<int, Slot> _slots = [];
    private readonly ConcurrentDictionary<string, long> _failures = new(StringComparer.Ordinal);
    private long _ended;

    /// <summary>Of requests that were answered as expected.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>How often, by reason.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    public long Errors => _failures.Values.Sum();

    public long Requests => Latencies.Count + Errors;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began, Volatile.Read(ref _ended) is var ended && ended > 0 ? ended : Stopwatch.GetTimestamp());

    public double PerSecond => Latencies.Count / Elapsed.TotalSeconds;

    public IReadOnlyList<TimelinePoint> Timeline =>
    [
        .. _slots.OrderBy(slot => slot.Key).Select(slot => new TimelinePoint(
            (slot.Key * interval).TotalSeconds,
            slot.Value.Latencies.Count / WidthOf(slot.Key).TotalSeconds,
            slot.Value.Latencies.Percentile(0.5).TotalMilliseconds,
            slot.Value.Latencies.Percentile(0.99).TotalMilliseconds,
            slot.Value.Errors)),
    ];

    /// <param name="ticks">Of the stopwatch, since the request was due.</param>
    public void Answered(long ticks)
    {
        Latencies.RecordTicks(ticks);
        Now().Latencies.RecordTicks(ticks);
    }

    /// <param name="reason">Short, and the same for the same: such failures are counted together.</param>
    public void Failed(string reason, long times = 1)
    {
        _failures.AddOrUpdate(reason, times, (_, before) => before + times);
        Now().Failed(times);
    }

    public void End() => Volatile.Write(ref _ended, Stopwatch.GetTimestamp());

    private Slot Now() => _slots.GetOrAdd((int)(Stopwatch.GetElapsedTime(_began) / interval), static _ => new());

    /// <summary>The last slot is as wide as the run had time for.</summary>
    private TimeSpan WidthOf(int slot)
    {
        var left = Elapsed - (slot * interval);
        return left < interval && left > TimeSpan.Zero ? left : interval;
    }

    private sealed class Slot
    {
        private long _errors;

        public LatencyHistogram Latencies { get; } = new();

        public long Errors => Volatile.Read(ref _errors);

        public void Failed(long times) => Interlocked.Add(ref _errors, times);
    }
}
