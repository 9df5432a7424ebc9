using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Housekeeping;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// What the store is asked and told before a request is sent, in steps 5 to 8 of the story that <see cref="IdempotencyMiddleware"/> tells: for the permission to send, to keep it
/// alive, and where the request is about to go.
/// </summary>
public sealed partial class ExchangeClaims(
    OwnerSource owners, IIdempotencyStore store, IRecordSignals signals, ResponseRecorder recorder, TimeProvider clock, ILogger<ExchangeClaims> logger)
{
    /// <summary>How long a lost signal can cost a waiter.</summary>
    private static readonly TimeSpan SignalPatience = TimeSpan.FromMilliseconds(200);

    /// <returns>
    /// The store's word, and from before which moment on it had it; or null when it has none: then nothing was sent, and a claim that may have reached it is taken back.
    /// </returns>
    internal async Task<(ClaimResult? Result, DateTimeOffset Asked)> ClaimAsync(HttpContext context, GuardedRequest request, DestinationPlan plan, Patience patience)
    {
        var policy = request.Route.Policy;
        var claim = new ClaimRequest
        {
            Key = request.StorageKey,
            Fingerprint = request.Fingerprint,
            Owner = owners.Next(),
            Lease = policy.Lease,
            Retention = policy.Retention,
            AsSent = !request.IsSlow,
            Destination = plan.Current,
            TakeFromDoubt = policy.OnUnknown == OnUnknown.ForwardAgain,
        };
        using var seat = patience;
        try
        {
            while (true)
            {
                var asked = clock.GetUtcNow();
                var result = await store.ClaimAsync(claim, CancellationToken.None);
                var waits = result is ClaimResult.InProgress && patience.Remaining > TimeSpan.Zero && !context.RequestAborted.IsCancellationRequested && patience.TrySit();
                if (!waits)
                    return (result, asked);
                // Another process holds it, and its word does not reach this one's leader table.
                using (request.Report.WaitForAnother())
                    await signals.WaitForEndAsync(claim.Key, patience.Remaining < SignalPatience ? patience.Remaining : SignalPatience, CancellationToken.None);
            }
        }
        catch (StoreUnavailableException e)
        {
            // Why it is not even asked is logged once, not with each request.
            LogStoreUnavailable(logger, e.Failure == StoreFailure.NotAsked ? null : e, request.Route.RouteId, e.Failure);
            if (e.Failure == StoreFailure.Unreachable)
                recorder.Withdraw(claim);
            return default;
        }
    }

    /// <summary>The claim is kept alive until this is disposed.</summary>
    internal LeaseRenewal KeepAlive(GuardedRequest request, ClaimTicket ticket) => new(store, ticket, request.Route.Policy.Lease, clock, logger);

    /// <summary>The record knows of the destination before anything is sent there; while it cannot be told, nothing is sent.</summary>
    internal async ValueTask<Clearance> MarkSentAsync(GuardedRequest request, DestinationPlan plan, Claim claim)
    {
        try
        {
            return await store.MarkSentAsync(claim.Ticket, plan.Current, CancellationToken.None) == TransitionResult.Applied ? Clearance.Send : Clearance.Lost;
        }
        catch (StoreUnavailableException e)
        {
            LogNotMarked(logger, e, request.Route.RouteId);
            return Clearance.StoreUnavailable;
        }
    }

    [LoggerMessage(EventIds.StoreUnavailable, LogLevel.Error, "Route {RouteId}: the store cannot be asked ({Failure})")]
    private static partial void LogStoreUnavailable(ILogger logger, Exception? exception, string routeId, StoreFailure failure);

    [LoggerMessage(EventIds.NotMarkedAsSent, LogLevel.Error, "Route {RouteId}: the store cannot be told where the request is about to be sent, so it is not")]
    private static partial void LogNotMarked(ILogger logger, Exception exception, string routeId);
}
