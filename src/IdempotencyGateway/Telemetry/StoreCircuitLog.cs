using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Resilience;

namespace IdempotencyGateway.Telemetry;

/// <summary>Logs when the store is lost and when it is found again: once each, however many requests notice.</summary>
internal sealed partial class StoreCircuitLog(IStoreCircuit circuit, ILogger<StoreCircuitLog> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        circuit.Changed = Tell;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        circuit.Changed = null;
        return Task.CompletedTask;
    }

    private void Tell(StoreUnavailableException? reason)
    {
        if (reason is null)
            LogFound(logger);
        else
            LogLost(logger, reason);
    }

    [LoggerMessage(EventIds.StoreLost, LogLevel.Error, "The store cannot be reached; until it can, guarded requests are answered without asking it, and it is tried again by itself")]
    private static partial void LogLost(ILogger logger, StoreUnavailableException reason);

    [LoggerMessage(EventIds.StoreFound, LogLevel.Information, "The store answers again")]
    private static partial void LogFound(ILogger logger);
}
