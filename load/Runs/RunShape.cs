using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Runs;

/// <summary>The length and load of a run, and the thresholds that it must meet.</summary>
/// <param name="Load">Null for the scenario's own.</param>
/// <param name="WarmUp">Time under full load before the measurement.</param>
/// <param name="Ramp">The part of <paramref name="Duration"/> in which the load rises to its full height.</param>
internal sealed record RunShape(LoadShape? Load, TimeSpan WarmUp, TimeSpan Ramp, TimeSpan Duration, IReadOnlyList<Threshold> Thresholds);
