using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Resilience;

namespace IdempotencyGateway.Telemetry;

/// <summary>Logs when the store's circuit opens and closes: once each, however many requests are affected.</summary>
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

    [LoggerMessage(EventIds.StoreLost, LogLevel.Error, "The store cannot be reached. Until it answers again, its operations fail at once (routes refuse requests or pass them through, as configured), and it is probed in the background")]
    private static partial void LogLost(ILogger logger, StoreUnavailableException reason);

    [LoggerMessage(EventIds.StoreFound, LogLevel.Information, "The store answers again")]
    private static partial void LogFound(ILogger logger);
}
