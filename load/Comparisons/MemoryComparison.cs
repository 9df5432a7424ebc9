using System.Globalization;
using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>Compares the working set of idle, freshly started servers, and the highest working set under load.</summary>
internal sealed class MemoryComparison(string name, Scenario ours, Scenario baseline, Target idle, Target loaded) : Comparison(name)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public override string Says => $"working set of {ours.Name} against {baseline.Name}";

    public override IReadOnlyList<Target> Targets => [idle, loaded];

    public override async Task<ComparisonResult> MeasureAsync(RoundShape shape, StageOptions options, IProgress<string> progress)
    {
        var rounds = new List<(Usage Ours, Usage Baseline)>();
        for (var i = 0; i < shape.Starts; i++)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"start {i + 1} of {shape.Starts}"));
            var usage = await WatchAsync(ours, shape, options);
            rounds.Add((usage, await WatchAsync(baseline, shape, options)));
        }
        return new(
            Name,
            Says,
            [Summarize(ours.Name, [.. rounds.Select(round => round.Ours)]), Summarize(baseline.Name, [.. rounds.Select(round => round.Baseline)])],
            [
                new("idle working set, ratio", Spread.OfRatio([.. rounds.Select(round => (round.Ours.Idle, round.Baseline.Idle))]), "", idle),
                new("working set under load, ratio", Spread.OfRatio([.. rounds.Select(round => (round.Ours.Loaded, round.Baseline.Loaded))]), "", loaded),
            ]);
    }

    private static SideResult Summarize(string side, IReadOnlyCollection<Usage> rounds) =>
        new(side, [new("idle", "MB", [.. rounds.Select(round => round.Idle)]), new("under load", "MB", [.. rounds.Select(round => round.Loaded)])]);

    private static async Task<Usage> WatchAsync(Scenario scenario, RoundShape shape, StageOptions options)
    {
        await using var stage = new Stage(options);
        var staged = await scenario.StartAsync(stage);
        await Task.Delay(shape.Round);
        var idle = InMegabytes(staged);
        using var loop = LoadLoop.Create(staged.Traffic, new(shape.Connections ?? scenario.Shape.Connections));
        var measurement = new Measurement(shape.Round);
        var running = loop.RunAsync(measurement, shape.WarmUp + shape.Round, ramp: TimeSpan.Zero);
        var highest = idle;
        while (await Task.WhenAny(running, Task.Delay(Look)) != running)
            highest = Math.Max(highest, InMegabytes(staged));
        await running;
        return measurement.Errors == 0 ? new(idle, Math.Max(highest, InMegabytes(staged)))
            : throw new InvalidOperationException($"{scenario.Name}: {string.Join(", ", measurement.Failures.Keys)}");
    }

    private static double InMegabytes(Staged staged) => staged.Servers.Sum(server => server.WorkingSetBytes) / (1024.0 * 1024);

    /// <summary>In megabytes.</summary>
    private sealed record Usage(double Idle, double Loaded);
}
