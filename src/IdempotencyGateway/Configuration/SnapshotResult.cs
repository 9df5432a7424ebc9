namespace IdempotencyGateway.Configuration;

/// <summary>The result of loading a configuration: exactly one of the two cases below.</summary>
public abstract record SnapshotResult
{
    private SnapshotResult()
    {
    }

    /// <summary>All files that were read or found missing. A change of one of them may change the result. The main file comes first.</summary>
    public IReadOnlyList<ConfigurationFile> Files { get; init; } = [];

    public sealed record Valid(GatewaySnapshot Snapshot) : SnapshotResult;

    /// <param name="File">The full path of the main file.</param>
    /// <param name="Problems">All of them, by path; never empty.</param>
    public sealed record Invalid(string File, IReadOnlyList<ConfigurationProblem> Problems) : SnapshotResult;
}
