namespace IdempotencyGateway.Configuration;

/// <summary>What came of one change of the configuration's files.</summary>
/// <param name="At">By the gateway's clock.</param>
/// <param name="Revision">Of the configuration in force since then: the new one, or the old one when there were problems.</param>
/// <param name="Problems">Why the change was refused; empty when it was applied.</param>
/// <param name="NeedRestart">Sections that changed and will count when the process starts again.</param>
public sealed record ReloadReport(
    DateTimeOffset At, string Revision, IReadOnlyList<ConfigurationProblem> Problems, IReadOnlyList<string> NeedRestart)
{
    /// <summary>Ids of routes that were guarded and are not any more, or name callers or keys in another way than before: retries of earlier requests count as new ones there.</summary>
    public IReadOnlyList<string> Renamed { get; init; } = [];

    public bool Applied => Problems.Count == 0;
}
