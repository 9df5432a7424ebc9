namespace IdempotencyGateway.Load.Measuring;

/// <summary>One interval of a run.</summary>
/// <param name="AtSeconds">The beginning of the interval.</param>
internal sealed record TimelinePoint(double AtSeconds, double PerSecond, double P50Ms, double P99Ms, long Errors);
