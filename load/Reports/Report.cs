using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Reports;

/// <summary>Everything that was measured, as it is written to a file and read again.</summary>
/// <param name="Machine">On what; figures of different machines do not belong together.</param>
internal sealed record Report(DateTimeOffset At, string Machine, IReadOnlyList<RunResult> Runs, IReadOnlyList<ComparisonResult> Comparisons)
{
    public static Report Of(IReadOnlyList<RunResult> runs, IReadOnlyList<ComparisonResult> comparisons) =>
        new(DateTimeOffset.UtcNow, $"{Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}", runs, comparisons);

    /// <summary>One report of several, in their order. It is as old as the latest of them.</summary>
    public static Report Join(IReadOnlyList<Report> reports) => new(
        reports.Max(report => report.At),
        string.Join("; ", reports.Select(report => report.Machine).Distinct(StringComparer.Ordinal)),
        [.. reports.SelectMany(report => report.Runs)],
        [.. reports.SelectMany(report => report.Comparisons)]);
}
