using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;

namespace IdempotencyGateway.Telemetry;

/// <summary>Logs failed checkpoints of the embedded store. Otherwise they would go unnoticed until the disk is full, because requests still succeed.</summary>
internal sealed partial class CheckpointLog(SqliteIdempotencyStore store, ILogger<CheckpointLog> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        store.CheckpointFailed = reason => LogFailed(logger, reason);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        store.CheckpointFailed = null;
        return Task.CompletedTask;
    }

    [LoggerMessage(
        EventIds.CheckpointFailed, LogLevel.Error, "The store's redo log could not be moved into its database file (checkpoint). Nothing is lost and it is retried, but the log grows until a checkpoint succeeds")]
    private static partial void LogFailed(ILogger logger, StoreUnavailableException reason);
}
