using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Admin.Effective;

/// <summary>What came of the last change of the configuration's files.</summary>
/// <param name="Problems">Why it was refused; empty when it is in force.</param>
internal sealed record ReloadAnswer(DateTimeOffset At, bool Applied, IReadOnlyList<ConfigurationProblem> Problems)
{
    /// <returns>Null when none has changed since the start.</returns>
    public static ReloadAnswer? Of(SnapshotSource snapshots)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        return null;
    }
}
