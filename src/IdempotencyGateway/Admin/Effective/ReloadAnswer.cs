using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Admin.Effective;

/// <summary>What came of the last change of the configuration's files.</summary>
/// <param name="Problems">Why it was refused; empty when it is in force.</param>
/// <param name="NeedRestart">Sections that changed and will count when the process starts again.</param>
/// <param name="Renamed">Routes on which retries of requests from before it count as new ones.</param>
internal sealed record ReloadAnswer(
    DateTimeOffset At, bool Applied, IReadOnlyList<ConfigurationProblem> Problems, IReadOnlyList<string> NeedRestart, IReadOnlyList<string> Renamed)
{
    /// <returns>Null when none has changed since the start.</returns>
    public static ReloadAnswer? Of(SnapshotSource snapshots) =>
        snapshots.LastReload is { } last ? new(last.At, last.Applied, last.Problems, last.NeedRestart, last.Renamed) : null;
}
