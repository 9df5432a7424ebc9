namespace IdempotencyGateway.Load.Measuring;

/// <summary>One interval of a run.</summary>
/// <param name="AtSeconds">Where it begins.</param>
internal sealed record TimelinePoint(double AtSeconds, double PerSecond, double P50Ms, double P99Ms, long Errors);
