using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Fraud;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// The story of a request. Steps 1 to 5 are here with every branch, 6 to 8 in <see cref="ExchangeExecution"/>, 9 and 10 in <see cref="ExchangeEnding"/>; what these three
/// call decides nothing about the order.
/// <list type="number">
/// <item>Is it guarded? Read the key, or refuse.</item>
/// <item>Take the whole body into memory.</item>
/// <item>Fingerprint and storage key.</item>
/// <item>The same request under way or just answered in this process? Its leader or its copy answers.</item>
/// <item>Claim: the store's word is the permission to send, and one owner gets it.</item>
/// <item>Enrich: a winner is scored, once; its profile may turn it away, or to another cluster.</item>
/// <item>Forward once, detached from the client.</item>
/// <item>Read what happened. Proven that nothing was sent: on to the next destination, where the route has one.</item>
/// <item>Settle: record, release or hold.</item>
/// <item>Write the record, then let the client see the answer.</item>
/// </list>
/// </summary>
public sealed partial class IdempotencyMiddleware(
    RequestDelegate next,
    RequestIntake intake,
    GatewayLimits limits,
    CompletedCopies copies,
    LeaderTable leaders,
    ExchangeClaims claims,
    DestinationPlans destinations,
    ExchangeEnrichment enrichment,
    ExchangeExecution execution,
    ExchangeReplies replies,
    TimeProvider clock,
    ILogger<IdempotencyMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        // 1–3, most often without waiting: the body came with its head.
        var report = ExchangeReport.Of(context);
        var intaken = intake.ReadAsync(context, report);
        return intaken.IsCompletedSuccessfully ? GoOnAsync(context, report, intaken.Result) : TakeInAsync(context, report, intaken);
    }

    private async Task TakeInAsync(HttpContext context, ExchangeReport report, ValueTask<IntakeResult> intaken)
    {
        IntakeResult result;
        using (report.WaitForClient())
            result = await intaken;
        await GoOnAsync(context, report, result);
    }

    private Task GoOnAsync(HttpContext context, ExchangeReport report, IntakeResult intaken)
    {
        switch (intaken)
        {
            case IntakeResult.Unguarded(var body):
                return PassAsync(context, report, body);
            case IntakeResult.Refused(var reply, var key):
                return replies.RefusedAsync(context, reply, key);
            case IntakeResult.ClientGone:
                // Should somebody be there after all, then no answer is better than the empty 200 that returning alone would be.
                context.Abort();
                return Task.CompletedTask;
            case IntakeResult.Guarded(var request):
                (report.Record, report.Consent) = (request.StorageKey, request.Consent);
                return AnswerAsync(context, request);
            default:
                throw new InvalidOperationException("no such intake result");
        }
    }

    /// <summary>Nothing to guard. What there is to find out about it is found out all the same.</summary>
    private Task PassAsync(HttpContext context, ExchangeReport report, SpooledBody? body)
    {
        if (body is not null || report.Route.Profile is not null)
            return PassIfClearedAsync(context, report, body);
        return SendWithoutRecordAsync(context, report, ExchangeOutcome.Unguarded);
    }

    /// <param name="body">Null when it has not been taken in.</param>
    private async Task PassIfClearedAsync(HttpContext context, ExchangeReport report, SpooledBody? body)
    {
        using var held = body;
        if (await enrichment.ClearUnguardedAsync(context, report, request: null, body) is not Clearance.Send and var clearance)
        {
            await replies.NotClearedAsync(context, clearance, key: null);
            return;
        }
        if (body is not null)
            SpooledBodyDetection.PutBack(context, RiskFeature.BodyOver(context, report.Route.Profile, body), guarded: null);
        await SendWithoutRecordAsync(context, report, ExchangeOutcome.Unguarded);
    }

    /// <summary>Whatever answer comes goes to the client as it comes; where none does, the client is told so.</summary>
    private async Task SendWithoutRecordAsync(HttpContext context, ExchangeReport report, ExchangeOutcome outcome)
    {
        report.Outcome = outcome;
        using (report.Forward())
            await next(context);
        if (PassedAnswer.FailureOf(context) is { } failure)
            await replies.NotPassedAsync(context, failure);
    }

    /// <summary>4: one request of a kind leads; the others wait for its word. Ends with an answer, or with a client that left.</summary>
    private async Task AnswerAsync(HttpContext context, GuardedRequest request)
    {
        using var held = request;
        Patience? patience = null;
        while (!context.RequestAborted.IsCancellationRequested)
        {
            if (copies.Find(request.StorageKey, request.Fingerprint) is { } copy)
            {
                await replies.AnswerAsync(context, request, copy, ExchangeOutcome.Replayed);
                return;
            }
            patience ??= new(request, limits.Waiters, clock);
            if (leaders.TryLead(request.StorageKey, request.Fingerprint, out var leader))
            {
                await LeadAsync(context, request, leader, patience);
                return;
            }
            switch (await WaitForAsync(context, request, leader, patience))
            {
                case LeaderNews.Answered(var answer, var recorded):
                    await replies.AnswerAsync(context, request, answer, recorded ? ExchangeOutcome.Replayed : ExchangeOutcome.Unrecorded);
                    return;
                case LeaderNews.InDoubt(var providerStatus, var verdict):
                    request.Report.WasScored(verdict);
                    await replies.InDoubtAsync(context, request, providerStatus);
                    return;
                case null when patience.Refusal is { } refusal:
                    await replies.LimitReachedAsync(context, request, refusal);
                    return;
                case null when !context.RequestAborted.IsCancellationRequested:
                    await replies.InProgressAsync(context, request, remainingLease: null);
                    return;
                case null or LeaderNews.AskAgain:
                    break;
                default:
                    throw new InvalidOperationException("no such news");
            }
        }
    }

    private async Task<LeaderNews?> WaitForAsync(HttpContext context, GuardedRequest request, Leader leader, Patience patience)
    {
        if (!patience.TrySit())
            return null;
        using var seat = patience;
        using var waiting = request.Report.WaitForAnother();
        return await leader.WaitAsync(patience.Remaining, clock, context.RequestAborted);
    }

    /// <summary>5: asks the store, as the only one of this process for this request.</summary>
    private async Task LeadAsync(HttpContext context, GuardedRequest request, Leader leader, Patience patience)
    {
        var leaves = true;
        try
        {
            using var counted = limits.Executions.Take(request.Caller, out var reached);
            reached ??= await limits.CheckNewKeyAsync(request);
            if (reached is not null)
            {
                await replies.LimitReachedAsync(context, request, reached);
                return;
            }
            var plan = destinations.Begin(context, request);
            var stamp = copies.Stamp;
            var began = clock.GetTimestamp();
            switch (await claims.ClaimAsync(context, request, plan, patience))
            {
                case null:
                    await WithoutStoreAsync(context, request);
                    return;
                case ClaimResult.Won won:
                    if (won.Ticket.Fence == 1)
                        limits.CountNewKey(request.Caller);
                    leaves = await execution.RunAsync(next, context, request, plan, won, leader, began);
                    return;
                case ClaimResult.Completed(var bytes, var remainingRetention, _):
                    var answer = RecordCodec.Decode(bytes);
                    copies.Add(request.StorageKey, request.Fingerprint, answer, remainingRetention, stamp);
                    leader.Publish(new LeaderNews.Answered(answer, Recorded: true));
                    await replies.AnswerAsync(context, request, answer, ExchangeOutcome.Replayed);
                    return;
                case ClaimResult.InProgress(var remainingLease):
                    await (patience.Refusal is { } refusal ? replies.LimitReachedAsync(context, request, refusal) : replies.InProgressAsync(context, request, remainingLease));
                    return;
                case ClaimResult.Mismatch:
                    enrichment.NoteMismatch(context, request);
                    await replies.MismatchAsync(context, request);
                    return;
                case ClaimResult.InDoubt(var evidence, _, _):
                    var known = RecordCodec.Decode(evidence) as RecordedAnswer.Tombstone;
                    var providerStatus = known?.Status;
                    request.Report.WasScored(known?.Verdict);
                    leader.Publish(new LeaderNews.InDoubt(providerStatus, known?.Verdict));
                    await replies.InDoubtAsync(context, request, providerStatus);
                    return;
                default:
                    throw new InvalidOperationException("no such claim result");
            }
        }
        finally
        {
            if (leaves)
                leaders.Leave(leader);
        }
    }

    /// <summary>The store cannot be asked: refuse, or forward without protection where the route says so.</summary>
    private async Task WithoutStoreAsync(HttpContext context, GuardedRequest request)
    {
        switch (request.Route.Policy.OnStoreDown)
        {
            case OnStoreDown.Reject:
                await replies.StoreUnavailableAsync(context, request);
                return;
            case OnStoreDown.PassThrough:
                LogPassedThrough(logger, request.Route.RouteId);
                var report = request.Report;
                if (await enrichment.ClearUnguardedAsync(context, report, request, request.Body) is not Clearance.Send and var clearance)
                {
                    await replies.NotClearedAsync(context, clearance, request.KeyAsSent);
                    return;
                }
                GuardedHeaders.Add(context, GuardedHeaders.Unguarded, request.KeyAsSent);
                SpooledBodyDetection.PutBack(context, RiskFeature.BodyOver(context, report.Route.Profile, request.Body), request);
                await SendWithoutRecordAsync(context, report, ExchangeOutcome.PassedThrough);
                return;
            default:
                throw new InvalidOperationException("no such policy");
        }
    }

    [LoggerMessage(EventIds.PassedThrough, LogLevel.Warning, "Route {RouteId}: forwarded without protection, because the store cannot be asked")]
    private static partial void LogPassedThrough(ILogger logger, string routeId);
}
