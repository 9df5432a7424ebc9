using System.CommandLine;
using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Reports;
using IdempotencyGateway.Load.Runs;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Commands;

/// <summary><c>run NAME...</c>: runs scenarios, several of them concurrently, and checks their thresholds and execution counts.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("names") { Arity = ArgumentArity.OneOrMore, Description = "The scenarios to run; several run at the same time." };
        var connections = new Option<int?>("--connections") { Description = "The number of connections (default: the scenario's own)." };
        var rate = new Option<double?>("--rate") { Description = "Use the open model: this many requests arrive per second, on at most --connections connections. 0: use the closed model." };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 10, Description = "The measured time, in seconds." };
        var warmUp = new Option<double>("--warm-up") { DefaultValueFactory = _ => 3, Description = "The time before that under load, which is not measured, in seconds." };
        var ramp = new Option<double>("--ramp") { Description = "The part of the measured time in which the load rises, in seconds." };
        var thresholds = new Option<string[]>("--threshold") { Description = $"Fail the run when this is not met: {Threshold.Form}. Default: errors<=0%." };
        var stage = new StageArguments();
        var report = new ReportArguments();
        var command = new Command("run", "Runs scenarios and checks their thresholds and execution counts.") { names, connections, rate, seconds, warmUp, ramp, thresholds };
        stage.AddTo(command);
        report.AddTo(command);
        command.SetAction(async parsed =>
        {
            var unknown = parsed.GetValue(names)!.FirstOrDefault(name => ScenarioList.Find(name) is null);
            if (unknown is not null)
                return await Refusal.WriteAsync(parsed, $"there is no scenario {unknown}; 'list' shows all names");
            var parts = (parsed.GetValue(thresholds) ?? []).Select(text => (text, threshold: Threshold.TryParse(text, out var threshold) ? threshold : null)).ToArray();
            if (parts.FirstOrDefault(part => part.threshold is null).text is { } wrong)
                return await Refusal.WriteAsync(parsed, $"--threshold {wrong} is not valid; write one of {Threshold.Form}");

            var plans = parsed.GetValue(names)!.Select(name => ScenarioList.Find(name)!).Select(scenario => (scenario, new RunShape(
                Over(scenario.Shape, parsed.GetValue(connections), parsed.GetValue(rate)),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                TimeSpan.FromSeconds(parsed.GetValue(ramp)),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                [.. parts.Select(part => part.threshold!)]))).ToArray();
            return await RunAsync(plans, stage.Read(parsed), report.Read(parsed), parsed.InvocationConfiguration);
        });
        return command;
    }

    private static LoadShape Over(LoadShape shape, int? connections, double? rate) =>
        new(connections ?? shape.Connections, rate is { } asked ? asked > 0 ? asked : null : shape.PerSecond);

    private static async Task<int> RunAsync(
        IReadOnlyList<(Scenario Scenario, RunShape Shape)> plans, StageOptions options, ReportFiles files, InvocationConfiguration console)
    {
        var runs = new List<ScenarioRun>();
        try
        {
            foreach (var (scenario, shape) in plans)
                runs.Add(await ScenarioRun.StartAsync(scenario, shape, options));
            var measuring = Task.WhenAll(runs.Select(run => run.MeasureAsync()));
            await new LiveProgress(runs, console.Error, isTerminal: !Console.IsErrorRedirected).ShowAsync(measuring);
            var report = Report.Of(await measuring, []);
            TextReport.Write(report, console.Output);
            await files.WriteAsync(report);
            return report.Runs.All(run => run.IsKept) ? 0 : 1;
        }
        catch (InvalidOperationException impossible)
        {
            await console.Error.WriteLineAsync(impossible.Message);
            return 1;
        }
        finally
        {
            foreach (var run in runs)
                await run.DisposeAsync();
        }
    }
}
