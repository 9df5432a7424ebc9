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
/// The store operations that surround sending (steps 5 to 8 of <see cref="IdempotencyMiddleware"/>): claim the permission to send, renew its lease, and record the destination before
/// anything is sent there.
/// </summary>
public sealed partial class ExchangeClaims(
    OwnerSource owners, IIdempotencyStore store, IRecordSignals signals, ResponseRecorder recorder, TimeProvider clock, ILogger<ExchangeClaims> logger)
{
    /// <summary>Signals wake waiters sooner; polling bounds the delay when a signal is lost.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <returns>
    /// The store's result, and the time just before it was asked. The result is null when the store is unavailable: nothing was sent, and unless the route passes the request on without the
    /// store, a claim that may have reached it is withdrawn in the background.
    /// </returns>
    internal async Task<(ClaimResult? Result, DateTimeOffset Asked)> ClaimAsync(HttpContext context, GuardedRequest request, DestinationPlan plan, WaitBudget budget)
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
        using var wait = budget;
        try
        {
            while (true)
            {
                var asked = clock.GetUtcNow();
                var result = await store.ClaimAsync(claim, CancellationToken.None);
                var mayWait = result is ClaimResult.InProgress && budget.Remaining > TimeSpan.Zero && !context.RequestAborted.IsCancellationRequested;
                if (!mayWait || !budget.TryBeginWait())
                    return (result, asked);
                // The owner is in another process, so its outcome does not reach this process's leader table.
                using (request.Report.WaitForAnother())
                    await signals.WaitForEndAsync(claim.Key, budget.Remaining < PollInterval ? budget.Remaining : PollInterval, CancellationToken.None);
            }
        }
        catch (StoreUnavailableException e)
        {
            // Each operation that was not even attempted has the same cause, which the store has logged once.
            LogStoreUnavailable(logger, e.Failure == StoreFailure.NotAsked ? null : e, request.Route.RouteId, e.Failure);
            // A route that passes requests on without the store sends this one all the same. If the store did grant the claim, it stays: a retry that finds it is not sent again.
            if (e.Failure == StoreFailure.Unreachable && policy.OnStoreDown == OnStoreDown.Reject)
                recorder.Withdraw(claim);
            return default;
        }
    }

    /// <summary>Renews the claim's lease until the result is disposed.</summary>
    internal LeaseRenewal KeepAlive(GuardedRequest request, ClaimTicket ticket) => new(store, ticket, request.Route.Policy.Lease, clock, logger);

    /// <summary>Records, before the request is sent, that it is being sent and to which destination. Without the store's confirmation nothing may be sent.</summary>
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

    [LoggerMessage(EventIds.StoreUnavailable, LogLevel.Error, "Route {RouteId}: the store is unavailable ({Failure})")]
    private static partial void LogStoreUnavailable(ILogger logger, Exception? exception, string routeId, StoreFailure failure);

    [LoggerMessage(EventIds.NotMarkedAsSent, LogLevel.Error, "Route {RouteId}: the request is not sent, because the store could not record its destination")]
    private static partial void LogNotMarked(ILogger logger, Exception exception, string routeId);
}
