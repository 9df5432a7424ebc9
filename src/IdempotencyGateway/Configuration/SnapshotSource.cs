namespace IdempotencyGateway.Configuration;

/// <summary>
/// Holds the configuration in force. Requests do not use it: a request keeps the snapshot that its route was made from. Any other work reads
/// <see cref="Current"/> once and uses that snapshot to its end.
/// </summary>
public sealed class SnapshotSource(GatewaySnapshot initial)
{
    private volatile GatewaySnapshot _current = initial;
    private volatile ReloadReport? _lastReload;
    private Action<ReloadReport>? _hear;

    /// <summary>The configuration at the start. Some of its sections stay in force until the process ends.</summary>
    public GatewaySnapshot Started { get; } = initial;

    /// <summary>Null when the snapshot was not read from files, and so cannot change.</summary>
    public WatchedConfiguration? Watched { get; init; }

    public GatewaySnapshot Current => _current;

    /// <summary>The last reload, successful or not; null when no file has changed.</summary>
    public ReloadReport? LastReload => _lastReload;

    /// <param name="hear">Called after each reload, on any thread; must not block or throw.</param>
    public void OnReload(Action<ReloadReport> hear) => _hear += hear;

    internal void Replace(GatewaySnapshot next) => _current = next;

    internal void Report(ReloadReport report)
    {
        _lastReload = report;
        _hear?.Invoke(report);
    }
}

/// <summary>A configuration whose files are watched.</summary>
/// <param name="Files">As they were when <see cref="SnapshotSource.Started"/> was read.</param>
public sealed record WatchedConfiguration(ConfigurationInput Input, IReadOnlyList<ConfigurationFile> Files);
