using System.Diagnostics;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>A histogram. Each bucket also keeps an exemplar: the latest measurement made within a recorded trace.</summary>
/// <param name="bounds">Upper bounds, ascending, without infinity.</param>
internal sealed class HistogramSeries(string labels, double[] bounds, TimeProvider clock) : Series(labels)
{
    private const int LongsPerLine = 8;

    private readonly int _perStripe = (bounds.Length + 1 + LongsPerLine) / LongsPerLine * LongsPerLine;
    private readonly long[] _counts = new long[(bounds.Length + 1 + LongsPerLine) / LongsPerLine * LongsPerLine * Stripes.Count];
    private readonly Exemplar?[] _exemplars = new Exemplar?[bounds.Length + 1];
    private readonly Stripes _sum = new();

    public IReadOnlyList<double> Bounds => bounds;

    public double Sum => _sum.Sum();

    public override void Measure(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _counts[Stripes.Mine * _perStripe + bucket]);
        _sum.Add(value);
        if (Activity.Current is { Recorded: true } span)
            _exemplars[bucket] = new(span.TraceId, value, clock.GetUtcNow());
    }

    /// <summary>The number of measurements in the bucket, not cumulative. The last bucket has no upper bound.</summary>
    public long CountIn(int bucket)
    {
        var count = 0L;
        for (var at = bucket; at < _counts.Length; at += _perStripe)
            count += Interlocked.Read(ref _counts[at]);
        return count;
    }

    public Exemplar? ExemplarOf(int bucket) => Volatile.Read(ref _exemplars[bucket]);
}

/// <summary>One measurement, and the trace in which it was made.</summary>
internal sealed record Exemplar(ActivityTraceId Trace, double Value, DateTimeOffset At);
