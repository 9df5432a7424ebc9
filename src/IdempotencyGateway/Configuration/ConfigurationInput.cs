namespace IdempotencyGateway.Configuration;

/// <summary>The sources of a process's configuration, which stay the same until it ends.</summary>
/// <param name="File">The main file's path.</param>
/// <param name="Environment">The process's environment at the start.</param>
/// <param name="Arguments">Settings from the command line, <c>--Store:Sqlite:Path=x</c>.</param>
public sealed record ConfigurationInput(string File, IReadOnlyDictionary<string, string?> Environment, IReadOnlyList<string> Arguments)
{
    /// <summary>Reads the sources as they are now.</summary>
    public SnapshotResult Load() => SnapshotLoader.Load(File, Environment, Arguments);
}
