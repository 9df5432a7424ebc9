namespace IdempotencyGateway.Load.Measuring;

/// <summary>The numbers of a latency histogram that reports show, in milliseconds.</summary>
/// <param name="Curve">The percentile curve, from the median to the highest value.</param>
internal sealed record LatencySummary(
    double LowestMs, double MeanMs, double P50Ms, double P90Ms, double P99Ms, double P999Ms, double HighestMs, IReadOnlyList<CurvePoint> Curve)
{
    private static readonly double[] Shares = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9975, 0.999, 0.9995, 0.9999];

    public static LatencySummary Of(LatencyHistogram latencies) => new(
        latencies.Lowest.TotalMilliseconds,
        latencies.Mean.TotalMilliseconds,
        latencies.Percentile(0.5).TotalMilliseconds,
        latencies.Percentile(0.9).TotalMilliseconds,
        latencies.Percentile(0.99).TotalMilliseconds,
        latencies.Percentile(0.999).TotalMilliseconds,
        latencies.Highest.TotalMilliseconds,
        [.. Shares.Select(share => new CurvePoint(share, latencies.Percentile(share).TotalMilliseconds))]);
}

internal sealed record CurvePoint(double Share, double Ms);
