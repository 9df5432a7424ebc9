namespace IdempotencyGateway.Configuration;

/// <summary>
/// The configuration in force. A request on a route does not ask here: it keeps the snapshot that its route was made from. For everything else, whoever
/// needs a setting takes <see cref="Current"/> once and keeps that one to the end.
/// </summary>
public sealed class SnapshotSource(GatewaySnapshot initial)
{
    private volatile GatewaySnapshot _current = initial;
    private volatile ReloadReport? _lastReload;
    private Action<ReloadReport>? _hear;

    /// <summary>What the process started with; some settings stay as they are here until it ends.</summary>
    public GatewaySnapshot Started { get; } = initial;

    /// <summary>Null when the snapshot was made by code, and so cannot change.</summary>
    public WatchedConfiguration? Watched { get; init; }

    public GatewaySnapshot Current => _current;

    /// <summary>The last time that a file had changed, successful or not; null when none has.</summary>
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
