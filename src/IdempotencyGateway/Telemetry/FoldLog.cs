using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;

namespace IdempotencyGateway.Telemetry;

/// <summary>Logs that the embedded store cannot move its redo log into its file. Nobody else would hear of it: requests are answered all the same, until the disk is full.</summary>
internal sealed partial class FoldLog(SqliteIdempotencyStore store, ILogger<FoldLog> logger) : IHostedService
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
        EventIds.FoldFailed, LogLevel.Error, "The store's redo log could not be moved into its database file. Nothing is lost, and it is tried again, but the log grows until it can")]
    private static partial void LogFailed(ILogger logger, StoreUnavailableException reason);
}
