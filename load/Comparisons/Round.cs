using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>The measurements of one round of one side.</summary>
internal sealed record Round(double PerSecond, double P50Ms, double P99Ms, double ProcessorMicroseconds)
{
    public static SideResult Summarize(string side, IReadOnlyCollection<Round> rounds) => new(side,
    [
        new("throughput", "/s", [.. rounds.Select(round => round.PerSecond)]),
        new("median", "ms", [.. rounds.Select(round => round.P50Ms)]),
        new("p99", "ms", [.. rounds.Select(round => round.P99Ms)]),
        new("processor", "us", [.. rounds.Select(round => round.ProcessorMicroseconds)]),
    ]);
}
