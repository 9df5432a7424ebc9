using System.Collections.Concurrent;
using System.Diagnostics;

namespace IdempotencyGateway.Load.Measuring;

/// <summary>Collects latencies, failures and a timeline while a load runs. Thread-safe; it may be read while connections write to it.</summary>
/// <param name="interval">The length of the timeline's intervals.</param>
internal sealed class Measurement(TimeSpan interval)
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly ConcurrentDictionary<int, Slot> _slots = [];
    private readonly ConcurrentDictionary<string, long> _failures = new(StringComparer.Ordinal);
    private long _ended;

    /// <summary>The latencies of requests that were answered as expected.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>The number of failures by reason.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    public long Errors => _failures.Values.Sum();

    public long Requests => Latencies.Count + Errors;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began, Volatile.Read(ref _ended) is var ended && ended > 0 ? ended : Stopwatch.GetTimestamp());

    public double PerSecond => Latencies.Count / Elapsed.TotalSeconds;

    /// <summary>One point per interval. A rest of less than half an interval is merged into the last point, because a rate over a very short time is noise.</summary>
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

    /// <param name="ticks">The latency since the request was due, in ticks of the stopwatch.</param>
    public void Answered(long ticks)
    {
        Latencies.RecordTicks(ticks);
        Now().Latencies.RecordTicks(ticks);
    }

    /// <param name="reason">A short text, equal for equal failures, which are counted together.</param>
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
