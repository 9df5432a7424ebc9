namespace IdempotencyGateway.Configuration;

/// <summary>Where a process gets its configuration from, for as long as it runs.</summary>
/// <param name="File">The main file's path.</param>
/// <param name="Environment">Of the process, as it was at start.</param>
/// <param name="Arguments">Settings from the command line, <c>--Store:Sqlite:Path=x</c>.</param>
public sealed record ConfigurationInput(string File, IReadOnlyDictionary<string, string?> Environment, IReadOnlyList<string> Arguments)
{
    /// <summary>Reads it as it stands now.</summary>
    public SnapshotResult Load() => SnapshotLoader.Load(File, Environment, Arguments);
}
