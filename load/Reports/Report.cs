using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Reports;

/// <summary>Everything that was measured, in the form that is written to a file and read back.</summary>
/// <param name="Machine">A description of the machine. Figures of different machines cannot be compared.</param>
internal sealed record Report(DateTimeOffset At, string Machine, IReadOnlyList<RunResult> Runs, IReadOnlyList<ComparisonResult> Comparisons)
{
    public static Report Of(IReadOnlyList<RunResult> runs, IReadOnlyList<ComparisonResult> comparisons) =>
        new(DateTimeOffset.UtcNow, $"{Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}", runs, comparisons);

    /// <summary>Merges several reports, in order. The result has the time of the latest one.</summary>
    public static Report Join(IReadOnlyList<Report> reports) => new(
        reports.Max(report => report.At),
        string.Join("; ", reports.Select(report => report.Machine).Distinct(StringComparer.Ordinal)),
        [.. reports.SelectMany(report => report.Runs)],
        [.. reports.SelectMany(report => report.Comparisons)]);
}
