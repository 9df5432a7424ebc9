using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Admin.Effective;

/// <summary>The result of the last change of the configuration files.</summary>
/// <param name="Problems">Why it was refused; empty when it is in force.</param>
/// <param name="NeedRestart">Sections that changed, but take effect only after a restart.</param>
/// <param name="Renamed">Routes on which a retry of an earlier request finds no record and is sent as a new request.</param>
internal sealed record ReloadAnswer(
    DateTimeOffset At, bool Applied, IReadOnlyList<ConfigurationProblem> Problems, IReadOnlyList<string> NeedRestart, IReadOnlyList<string> Renamed)
{
    /// <returns>Null when no file has changed since the start.</returns>
    public static ReloadAnswer? Of(SnapshotSource snapshots) =>
        snapshots.LastReload is { } last ? new(last.At, last.Applied, last.Problems, last.NeedRestart, last.Renamed) : null;
}
