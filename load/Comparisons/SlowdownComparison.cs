using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>How many times as long a call takes, with as many connections on either side.</summary>
internal sealed class SlowdownComparison(string name, Scenario ours, Scenario baseline, Target target) : Comparison(name)
{
    public override string Says => $"{ours.Name} against {baseline.Name}";

    public override IReadOnlyList<Target> Targets => [target];

    public override async Task<ComparisonResult> MeasureAsync(RoundShape shape, StageOptions options, IProgress<string> progress)
    {
        var rounds = await Interleaving.RunAsync(ours, baseline, shape, options, progress);
        return new(
            Name,
            Says,
            [Round.Summarize(ours.Name, [.. rounds.Select(round => round.Ours)]), Round.Summarize(baseline.Name, [.. rounds.Select(round => round.Baseline)])],
            [new("time per call, ratio", Spread.OfRatio([.. rounds.Select(round => (1 / round.Ours.PerSecond, 1 / round.Baseline.PerSecond))]), "", target)]);
    }
}
