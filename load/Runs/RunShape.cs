using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Runs;

/// <summary>How long a run takes, how hard it is, and what it has to keep to.</summary>
/// <param name="Load">Null: as the scenario says.</param>
/// <param name="WarmUp">Under the full load, and not counted.</param>
/// <param name="Ramp">How much of <paramref name="Duration"/> it takes to come to the full load.</param>
internal sealed record RunShape(LoadShape? Load, TimeSpan WarmUp, TimeSpan Ramp, TimeSpan Duration, IReadOnlyList<Threshold> Thresholds);
