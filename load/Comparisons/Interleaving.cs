using System.Globalization;
using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>A short round of the one, a short round of the other, and the other way round: what drifts meets both alike.</summary>
internal static class Interleaving
{
    public static async Task<IReadOnlyList<(Round Ours, Round Baseline)>> RunAsync(
        Scenario ours, Scenario baseline, RoundShape shape, StageOptions options, IProgress<string> progress)
    {
        await using var stage = new Stage(options);
        progress.Report($"starting {ours.Name} and {baseline.Name}");
        var load = shape.Connections is { } connections ? new LoadShape(connections) : new LoadShape(ours.Shape.Connections);
        using var our = await ComparedSide.StartAsync(ours, stage, load);
        using var their = await ComparedSide.StartAsync(baseline, stage, load);
        if (shape.WarmUp > TimeSpan.Zero)
        {
            progress.Report("warm-up");
            await our.RunAsync(shape.WarmUp);
            await their.RunAsync(shape.WarmUp);
        }
        var rounds = new List<(Round Ours, Round Baseline)>();
        for (var i = 0; i < shape.Rounds; i++)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"round {i + 1} of {shape.Rounds}"));
            if (i % 2 == 0)
            {
                var first = await our.RunAsync(shape.Round);
                rounds.Add((first, await their.RunAsync(shape.Round)));
            }
            else
            {
                var first = await their.RunAsync(shape.Round);
                rounds.Add((await our.RunAsync(shape.Round), first));
            }
        }
        return rounds;
    }
}
