namespace IdempotencyGateway.Configuration;

/// <summary>The result of one change of the configuration files.</summary>
/// <param name="At">By the gateway's clock.</param>
/// <param name="Revision">The revision in force since then: the new one, or the old one when there were problems.</param>
/// <param name="Problems">Why the change was refused; empty when it was applied.</param>
/// <param name="NeedRestart">Sections that changed, but take effect only after a restart.</param>
public sealed record ReloadReport(
    DateTimeOffset At, string Revision, IReadOnlyList<ConfigurationProblem> Problems, IReadOnlyList<string> NeedRestart)
{
    /// <summary>Ids of routes that are no longer guarded, or identify callers or keys differently than before. There, a retry of an earlier request finds no record and is sent as a new request.</summary>
    public IReadOnlyList<string> Renamed { get; init; } = [];

    public bool Applied => Problems.Count == 0;
}
