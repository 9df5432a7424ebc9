namespace IdempotencyGateway.Configuration;

/// <summary>What loading a configuration came to: exactly one of the two cases below.</summary>
public abstract record SnapshotResult
{
    private SnapshotResult()
    {
    }

    /// <summary>Every file that was read or looked for: a change of one of them may change the result. The main file comes first.</summary>
    public IReadOnlyList<ConfigurationFile> Files { get; init; } = [];

    public sealed record Valid(GatewaySnapshot Snapshot) : SnapshotResult;

    /// <param name="File">The file that was read, or looked for, as a full path.</param>
    /// <param name="Problems">All of them, by path; never empty.</param>
    public sealed record Invalid(string File, IReadOnlyList<ConfigurationProblem> Problems) : SnapshotResult;
}
