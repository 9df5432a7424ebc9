using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

public sealed partial class IdempotencyMiddleware
{
    [LoggerMessage(EventIds.MovedOn, LogLevel.Warning, "Route {RouteId}: nothing reached {From}, going on to {To}")]
    private static partial void LogMovedOn(ILogger logger, string routeId, string? from, string? to);

    [LoggerMessage(EventIds.StoreUnavailable, LogLevel.Error, "Route {RouteId}: the store cannot be asked ({Failure})")]
    private static partial void LogStoreUnavailable(ILogger logger, Exception? exception, string routeId, StoreFailure failure);

    /// <summary>Why it is not even asked is told once, and need not be with each request.</summary>
    private void LogStoreUnavailable(StoreUnavailableException e, GuardedRequest request) =>
        LogStoreUnavailable(logger, e.Failure == StoreFailure.NotAsked ? null : e, request.Route.RouteId, e.Failure);

    [LoggerMessage(EventIds.PassedThrough, LogLevel.Warning, "Route {RouteId}: forwarded without protection, because the store cannot be asked")]
    private static partial void LogPassedThrough(ILogger logger, string routeId);
}
