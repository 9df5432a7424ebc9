using System.CommandLine;
using IdempotencyGateway.Load.Comparisons;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Reports;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Commands;

/// <summary><c>compare NAME...</c>: runs named comparisons one after another and judges their figures by their targets. <c>compare A B</c>: compares two scenarios.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("names") { Description = "The comparisons to run (default: all), or one scenario (compared with its baseline), or two scenarios." };
        var connections = new Option<int?>("--connections") { Description = "The number of connections (default: the scenario's own)." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 9, Description = "Rounds of each side. After every three rounds, the servers are restarted." };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 2, Description = "The length of a round, in seconds." };
        var warmUp = new Option<double>("--warm-up") { DefaultValueFactory = _ => 8, Description = "The warm-up of each side after a start, in seconds." };
        var strict = new Option<bool>("--strict") { Description = "Exit with code 1 when a figure misses its requirement." };
        var stage = new StageArguments();
        var report = new ReportArguments();
        var command = new Command("compare", "Measures both sides in alternating rounds and prints the ratio of their medians.") { names, connections, rounds, seconds, warmUp, strict };
        stage.AddTo(command);
        report.AddTo(command);
        command.SetAction(async parsed =>
        {
            if (!ComparisonNames.TryResolve(parsed.GetValue(names) ?? [], out var comparisons, out var problem))
                return await Refusal.WriteAsync(parsed, problem);
            var shape = new RoundShape(
                parsed.GetValue(connections), parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)));
            return await CompareAsync(comparisons, shape, parsed.GetValue(strict), stage.Read(parsed), report.Read(parsed), parsed.InvocationConfiguration);
        });
        return command;
    }

    private static async Task<int> CompareAsync(
        IReadOnlyList<Comparison> comparisons, RoundShape shape, bool isStrict, StageOptions options, ReportFiles files, InvocationConfiguration console)
    {
        var results = new List<ComparisonResult>();
        var failed = false;
        foreach (var comparison in comparisons)
        {
            try
            {
                results.Add(await comparison.MeasureAsync(shape, options, new StepLine(comparison.Name, console.Error, isTerminal: !Console.IsErrorRedirected)));
                TextReport.Write(results[^1], console.Output);
            }
            catch (InvalidOperationException impossible)
            {
                failed = true;
                await console.Error.WriteLineAsync($"\n{comparison.Name}: not measured: {impossible.Message}");
            }
        }
        await files.WriteAsync(Report.Of([], results));
        return failed || (isStrict && results.Any(result => result.IsBelow)) ? 1 : 0;
    }
}
