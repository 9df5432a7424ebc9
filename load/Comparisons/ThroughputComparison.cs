using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>How much of the baseline's throughput is left, with as many connections on either side.</summary>
internal sealed class ThroughputComparison(string name, Scenario ours, Scenario baseline, Target? target = null) : Comparison(name)
{
    public override string Says => $"{ours.Name} against {baseline.Name}";

    public override IReadOnlyList<Target> Targets => target is null ? [] : [target];

    public override async Task<ComparisonResult> MeasureAsync(RoundShape shape, StageOptions options, IProgress<string> progress)
    {
        var rounds = await Interleaving.RunAsync(ours, baseline, shape, options, progress);
        return new(
            Name,
            Says,
            [Round.Summarize(ours.Name, [.. rounds.Select(round => round.Ours)]), Round.Summarize(baseline.Name, [.. rounds.Select(round => round.Baseline)])],
            [new("throughput ratio", Spread.OfRatio([.. rounds.Select(round => (round.Ours.PerSecond, round.Baseline.PerSecond))]), "", target)]);
    }
}
