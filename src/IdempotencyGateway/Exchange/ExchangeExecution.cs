using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Housekeeping;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Subjects;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// The middle of the story that <see cref="IdempotencyMiddleware"/> tells, for the one that won the claim:
/// <list type="number">
/// <item value="6">Enrich.</item>
/// <item value="7">Forward once.</item>
/// <item value="8">Read what happened. Proven that nothing was sent: on to the next destination, where the route has one.</item>
/// </list>
/// </summary>
public sealed partial class ExchangeExecution(
    ExchangesUnderWay underWay,
    SubjectReader subjects,
    ExchangeClaims claims,
    ExchangeEnrichment enrichment,
    AnswerBudget answers,
    ResponseRecorder recorder,
    ExchangeEnding ending,
    ExchangeReplies replies,
    TimeProvider clock,
    ILogger<ExchangeExecution> logger)
{
    /// <summary>6–10, with the permission to send. Whatever happens in here, the record is ended or left in doubt.</summary>
    /// <param name="claimed">When the store was asked.</param>
    /// <returns>Whether the leader may step down now; else a deferred write makes it do so.</returns>
    internal async Task<bool> RunAsync(
        RequestDelegate next, HttpContext context, GuardedRequest request, DestinationPlan plan, ClaimResult.Won won, Leader leader, long claimed)
    {
        using var counted = underWay.Enter();
        var policy = request.Route.Policy;
        var about = policy.Subject.Count == 0 ? [] : subjects.OfRequest(policy.Subject, context, policy.Caller, request.Body.Bytes);
        var claim = new Claim(won.Ticket, request.Fingerprint, policy.Retention, leader, request.Caller.Digest, about, claimed, policy.Erase is null ? null : context.Features.Get<Deletion>());
        try
        {
            if (!plan.Pin(won.Destination))
            {
                await recorder.HoldAsync(claim, request.Report.Risk, providerStatus: null);
                await replies.InDoubtAsync(context, request, providerStatus: null);
                return true;
            }
            using var lease = claims.KeepAlive(request, won.Ticket);
            // 6
            var clearance = await enrichment.ClearAsync(context, request, plan, claim);
            if (clearance != Clearance.Send)
                return await ending.TurnAwayAsync(context, request, claim, clearance);
            var began = clock.GetTimestamp();
            while (true)
            {
                using var call = new ProviderCall(context, request, claim, policy.Deadline - clock.GetElapsedTime(began), answers, recorder, clock);
                // 7, 8
                var outcome = await call.RunAsync(next, logger);
                // An earlier owner may have sent it where the record says, and then it belongs there.
                var mayMoveOn = outcome is ForwardOutcome.NeverSent && !request.MayHaveBeenSent(claim) && clock.GetElapsedTime(began) < policy.Deadline;
                if (mayMoveOn && await TryMoveOnAsync(plan, claim, request))
                    continue;
                // Kept alive while the provider worked; a client that reads slowly from here on is nobody's reason to wait.
                lease.Dispose();
                // 9, 10
                return await ending.SettleAsync(context, request, claim, call, outcome);
            }
        }
        catch
        {
            // A bug. Should the record not be ended yet, then it is in doubt, and says so.
            await recorder.HoldAsync(claim, request.Report.Risk, providerStatus: null);
            throw;
        }
    }

    private async ValueTask<bool> TryMoveOnAsync(DestinationPlan plan, Claim claim, GuardedRequest request)
    {
        var from = plan.Current;
        if (!plan.TryMoveOn() || await claims.MarkSentAsync(request, plan, claim) != Clearance.Send)
            return false;
        LogMovedOn(logger, request.Route.RouteId, from, plan.Current);
        return true;
    }

    [LoggerMessage(EventIds.MovedOn, LogLevel.Warning, "Route {RouteId}: nothing reached {From}, going on to {To}")]
    private static partial void LogMovedOn(ILogger logger, string routeId, string? from, string? to);
}
