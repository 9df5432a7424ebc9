using System.Globalization;
using IdempotencyGateway.Load.Runs;

namespace IdempotencyGateway.Load.Reports;

/// <summary>Shows the progress of runs: on a terminal one line per scenario that is updated in place, elsewhere a new line at intervals.</summary>
internal sealed class LiveProgress(IReadOnlyList<ScenarioRun> runs, TextWriter output, bool isTerminal)
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(5);

    /// <summary>Shows progress until the task has completed.</summary>
    public async Task ShowAsync(Task measuring)
    {
        var shown = false;
        while (await Task.WhenAny(measuring, Task.Delay(isTerminal ? OnTerminal : Elsewhere)) != measuring)
        {
            if (isTerminal && shown)
                await output.WriteAsync($"\e[{runs.Count}A");
            foreach (var run in runs)
                await output.WriteLineAsync($"{(isTerminal ? "\e[2K" : "")}{Line(run)}");
            shown = true;
        }
        await measuring;
    }

    internal static string Line(ScenarioRun run)
    {
        var measurement = run.Measurement;
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Name,-18} {run.Phase,-9} {measurement.Elapsed.TotalSeconds,6:0.0} s  {measurement.PerSecond,9:N0}/s  p50 {Numbers.Of(measurement.Latencies.Percentile(0.5).TotalMilliseconds),6} ms  p99 {Numbers.Of(measurement.Latencies.Percentile(0.99).TotalMilliseconds),6} ms");
        return measurement.Errors > 0 ? string.Create(CultureInfo.InvariantCulture, $"{line}  {measurement.Errors:N0} failed") : line;
    }
}
