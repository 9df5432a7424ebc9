namespace IdempotencyGateway.Configuration;

/// <summary>What loading a configuration came to: exactly one of the two cases below.</summary>
public abstract record SnapshotResult
{
    private SnapshotResult()
    {
    }

    public sealed record Valid(GatewaySnapshot Snapshot) : SnapshotResult;

    /// <param name="File">The file that was read, or looked for, as a full path.</param>
    /// <param name="Problems">All of them, by path; never empty.</param>
    public sealed record Invalid(string File, IReadOnlyList<ConfigurationProblem> Problems) : SnapshotResult;
}
