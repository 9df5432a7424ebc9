using System.Diagnostics;

namespace IdempotencyGateway.Load.Client;

/// <summary>What one round measured.</summary>
/// <param name="Latencies">In ticks of the stopwatch, ascending.</param>
internal sealed record Round(TimeSpan Duration, IReadOnlyList<long> Latencies)
{
    /// <summary>What the server spent meanwhile, on all processors.</summary>
    public TimeSpan ProcessorTime { get; init; }

    public TimeSpan ProcessorTimePerRequest => ProcessorTime / Latencies.Count;

    public double PerSecond => Latencies.Count / Duration.TotalSeconds;

    /// <param name="share">0.5 for the median, 0.99 for the 99th percentile.</param>
    public TimeSpan Percentile(double share) =>
        TimeSpan.FromSeconds(Latencies[(int)Math.Min(Latencies.Count - 1, Latencies.Count * share)] / (double)Stopwatch.Frequency);
}
