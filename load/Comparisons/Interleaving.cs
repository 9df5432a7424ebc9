using System.Globalization;
using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>
/// Runs short rounds of both sides in alternating order (A B, B A, ...), so that drift of the machine affects both alike. The servers are restarted several times, because two starts
/// of one program differ by more than the rounds of one start do (JIT timing, memory layout).
/// </summary>
internal static class Interleaving
{
    /// <param name="starts">How often the servers are started; the rounds are divided among the starts.</param>
    public static async Task<IReadOnlyList<(Round Ours, Round Baseline)>> RunAsync(
        Scenario ours, Scenario baseline, RoundShape shape, int starts, StageOptions options, IProgress<string> progress)
    {
        var rounds = new List<(Round Ours, Round Baseline)>();
        for (var start = 1; start <= starts; start++)
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
            while (rounds.Count < shape.Rounds * start / starts)
            {
                progress.Report(string.Create(CultureInfo.InvariantCulture, $"round {rounds.Count + 1} of {shape.Rounds}"));
                rounds.Add(await InTurnAsync(our, their, shape.Round, oursFirst: rounds.Count % 2 == 0));
            }
        }
        return rounds;
    }

    private static async Task<(Round Ours, Round Baseline)> InTurnAsync(ComparedSide our, ComparedSide their, TimeSpan round, bool oursFirst)
    {
        if (oursFirst)
        {
            var ours = await our.RunAsync(round);
            return (ours, await their.RunAsync(round));
        }
        var theirs = await their.RunAsync(round);
        return (await our.RunAsync(round), theirs);
    }
}
