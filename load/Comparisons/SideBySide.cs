using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>Compares two scenarios in alternating rounds, by one figure.</summary>
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

    /// <summary>The ratio of the throughputs, with the same number of connections on both sides.</summary>
    public static SideBySide Throughput(string name, Scenario ours, Scenario baseline, Target? target = null) => new(
        name, ours, baseline, target, isAlone: false, startsOnce: false,
        rounds => new("throughput ratio", Spread.OfRatio([.. rounds.Select(round => (round.Ours.PerSecond, round.Baseline.PerSecond))]), "", target));

    /// <summary>The ratio of the times per call, with the same number of connections on both sides. For filled stores: filling takes minutes, so servers are started only once.</summary>
    public static SideBySide Slowdown(string name, Scenario ours, Scenario baseline, Target target) => new(
        name, ours, baseline, target, isAlone: false, startsOnce: true,
        rounds => new("time per call, ratio", Spread.OfRatio([.. rounds.Select(round => (1 / round.Ours.PerSecond, 1 / round.Baseline.PerSecond))]), "", target));

    /// <summary>The difference of the median latencies on a single connection, so without any concurrency.</summary>
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
