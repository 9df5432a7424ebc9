using System.Globalization;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Reports;

/// <summary>Writes a report as text for the terminal.</summary>
internal static class TextReport
{
    public static void Write(Report report, TextWriter output)
    {
        output.WriteLine($"{report.Machine}, {report.At.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC");
        foreach (var run in report.Runs)
            Write(run, output);
        foreach (var comparison in report.Comparisons)
            Write(comparison, output);
    }

    public static void Write(RunResult run, TextWriter output)
    {
        output.WriteLine($"\n{run.Scenario}: {run.Says}");
        output.WriteLine($"  {run.Load}, {Numbers.Of(run.Seconds)} s: {run.Requests.ToString("N0", CultureInfo.InvariantCulture)} requests, {Numbers.Of(run.PerSecond)}/s, processor {Numbers.Of(run.ProcessorMicroseconds)} us each");
        var latency = run.Latency;
        output.WriteLine($"  latency ms: p50 {Numbers.Of(latency.P50Ms)}   p90 {Numbers.Of(latency.P90Ms)}   p99 {Numbers.Of(latency.P99Ms)}   p99.9 {Numbers.Of(latency.P999Ms)}   max {Numbers.Of(latency.HighestMs)}   mean {Numbers.Of(latency.MeanMs)}");
        foreach (var (reason, times) in run.Failures)
            output.WriteLine($"  failed: {times.ToString("N0", CultureInfo.InvariantCulture)} times {reason}");
        foreach (var check in run.Checks)
            output.WriteLine($"  {(check.IsKept ? "kept  " : "BROKEN")} {check.What} (was {check.Found})");
    }

    public static void Write(ComparisonResult comparison, TextWriter output)
    {
        output.WriteLine($"\n{comparison.Name}: {comparison.Says}");
        foreach (var side in comparison.Sides)
            output.WriteLine($"  {side.Side,-18} {string.Join("   ", side.Measures.Select(measure => $"{measure.What} {Numbers.Of(measure),8}"))}");
        foreach (var figure in comparison.Figures)
        {
            var verdict = figure.Verdict is { } judged ? $"   {Numbers.Of(judged)} ({figure.Target})" : "";
            output.WriteLine($"  {comparison.Name}: {figure.What} {Numbers.Of(figure)}{verdict}");
        }
    }
}
