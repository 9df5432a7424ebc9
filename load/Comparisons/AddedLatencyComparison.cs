using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>What a call takes longer than at the baseline when nothing else is under way: the difference of the medians, on one connection.</summary>
internal sealed class AddedLatencyComparison(string name, Scenario ours, Scenario baseline, Target target) : Comparison(name)
{
    public override string Says => $"{ours.Name} against {baseline.Name}, one connection";

    public override IReadOnlyList<Target> Targets => [target];

    public override async Task<ComparisonResult> MeasureAsync(RoundShape shape, StageOptions options, IProgress<string> progress)
    {
        var rounds = await Interleaving.RunAsync(ours, baseline, shape with { Connections = 1 }, options, progress);
        return new(
            Name,
            Says,
            [Round.Summarize(ours.Name, [.. rounds.Select(round => round.Ours)]), Round.Summarize(baseline.Name, [.. rounds.Select(round => round.Baseline)])],
            [new("added median latency", Spread.OfDifference([.. rounds.Select(round => (round.Ours.P50Ms, round.Baseline.P50Ms))]), "ms", target)]);
    }
}
