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

    /// <summary>Interval by interval. What is left at the end and shorter than half of one counts with the last: a rate over a moment says nothing.</summary>
    public IReadOnlyList<TimelinePoint> Timeline
    {
        get
        {
            var slots = _slots.OrderBy(slot => slot.Key).ToList();
            var rest = slots.Count > 1 && Elapsed - (slots[^1].Key * interval) < interval / 2 ? slots[^1].Value : null;
            if (rest is not null)
                slots.RemoveAt(slots.Count - 1);
            return [.. slots.Select((slot, i) => Point(slot.Key, slot.Value, i == slots.Count - 1 ? rest : null))];
        }
    }

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

    private TimelinePoint Point(int number, Slot slot, Slot? rest)
    {
        var begins = number * interval;
        var latencies = slot.Latencies;
        var width = rest is null && Elapsed - begins < interval ? Elapsed - begins : interval;
        if (rest is not null)
        {
            latencies = new();
            latencies.Add(slot.Latencies);
            latencies.Add(rest.Latencies);
            width = Elapsed - begins;
        }
        return new(
            begins.TotalSeconds,
            latencies.Count / width.TotalSeconds,
            latencies.Percentile(0.5).TotalMilliseconds,
            latencies.Percentile(0.99).TotalMilliseconds,
            slot.Errors + (rest?.Errors ?? 0));
    }

    private sealed class Slot
    {
        private long _errors;

        public LatencyHistogram Latencies { get; } = new();

        public long Errors => Volatile.Read(ref _errors);

        public void Failed(long times) => Interlocked.Add(ref _errors, times);
    }
}
