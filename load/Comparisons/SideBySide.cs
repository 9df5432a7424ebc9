using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>One scenario against another in turns, and the one figure that their rounds come to.</summary>
internal sealed class SideBySide : Comparison
{
    private readonly Scenario _ours;
    private readonly Scenario _baseline;
    private readonly Target? _target;
    private readonly bool _isAlone;
    private readonly bool _startsOnce;
    private readonly Func<IReadOnlyList<(Round Ours, Round Baseline)>, Figure> _figure;

    private SideBySide(
        string name, Scenario ours, Scenario baseline, Target? target, bool isAlone, bool startsOnce, Func<IReadOnlyList<(Round Ours, Round Baseline)>, Figure> figure)
        : base(name) => (_ours, _baseline, _target, _isAlone, _startsOnce, _figure) = (ours, baseline, target, isAlone, startsOnce, figure);

    public override string Says => $"{_ours.Name} against {_baseline.Name}{(_isAlone ? ", one connection" : "")}";

    public override IReadOnlyList<Target> Targets => _target is null ? [] : [_target];

    /// <summary>How much of the baseline's throughput is left, with as many connections on either side.</summary>
    public static SideBySide Throughput(string name, Scenario ours, Scenario baseline, Target? target = null) => new(
        name, ours, baseline, target, isAlone: false, startsOnce: false,
        rounds => new("throughput ratio", Spread.OfRatio([.. rounds.Select(round => (round.Ours.PerSecond, round.Baseline.PerSecond))]), "", target));

    /// <summary>How many times as long a call takes in a store that was filled, with as many connections on either side. Filling takes minutes, so it is done once.</summary>
    public static SideBySide Slowdown(string name, Scenario ours, Scenario baseline, Target target) => new(
        name, ours, baseline, target, isAlone: false, startsOnce: true,
        rounds => new("time per call, ratio", Spread.OfRatio([.. rounds.Select(round => (1 / round.Ours.PerSecond, 1 / round.Baseline.PerSecond))]), "", target));

    /// <summary>What a call takes longer than at the baseline when nothing else is under way: the difference of the medians, on one connection.</summary>
    public static SideBySide AddedLatency(string name, Scenario ours, Scenario baseline, Target target) => new(
        name, ours, baseline, target, isAlone: true, startsOnce: false,
        rounds => new("added median latency", Spread.OfDifference([.. rounds.Select(round => (round.Ours.P50Ms, round.Baseline.P50Ms))]), "ms", target));

    public override async Task<ComparisonResult> MeasureAsync(RoundShape shape, StageOptions options, IProgress<string> progress)
    {
        var rounds = await Interleaving.RunAsync(_ours, _baseline, _isAlone ? shape with { Connections = 1 } : shape, _startsOnce ? 1 : shape.Starts, options, progress);
        return new(
            Name,
            Says,
            [Round.Summarize(_ours.Name, [.. rounds.Select(round => round.Ours)]), Round.Summarize(_baseline.Name, [.. rounds.Select(round => round.Baseline)])],
            [_figure(rounds)]);
    }
}
