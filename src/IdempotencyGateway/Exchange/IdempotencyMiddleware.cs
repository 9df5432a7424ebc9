using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.DryRuns;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Fraud;
using IdempotencyGateway.Housekeeping;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Subjects;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// The story of a request. Every branch is here, up to the settlement's own in <see cref="ExchangeEnding"/>; what the branches call decides nothing about the order.
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
    DryRunObserver dryRuns,
    GatewayLimits limits,
    CompletedCopies copies,
    LeaderTable leaders,
    ExchangeClaims claims,
    DestinationPlanner destinations,
    ExchangeEnrichment enrichment,
    SubjectReader subjects,
    AnswerBudget answers,
    ResponseRecorder recorder,
    ExchangeEnding ending,
    ExchangesUnderWay underWay,
    ExchangeReplies replies,
    TimeProvider clock,
    ILogger<IdempotencyMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        // 1–3, most often without waiting: the body came with its head.
        var report = ExchangeReport.Of(context);
        var reading = intake.ReadAsync(context, report);
        return reading.IsCompletedSuccessfully ? GoOnAsync(context, report, reading.Result) : TakeInAsync(context, report, reading);
    }

    private async Task TakeInAsync(HttpContext context, ExchangeReport report, ValueTask<IntakeResult> reading)
    {
        IntakeResult result;
        using (report.WaitForClient())
            result = await reading;
        await GoOnAsync(context, report, result);
    }

    private Task GoOnAsync(HttpContext context, ExchangeReport report, IntakeResult result)
    {
        switch (result)
        {
            case IntakeResult.Unguarded(var body) when report.Route.DryRun is { } route && route.Guards(context.Request.Method):
                return PassInDryRunAsync(context, report, route, body);
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

    /// <summary>Not guarded, but looked at on its way: what guarding would have done with it is counted.</summary>
    private async Task PassInDryRunAsync(HttpContext context, ExchangeReport report, GuardedRoute route, SpooledBody? body)
    {
        using var observed = dryRuns.Begin(context, report, route, body);
        await PassAsync(context, report, body);
        observed.Answered();
    }

    /// <summary>Not guarded. Where its route has a fraud profile it is scored all the same.</summary>
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
                await replies.AnswerAsync(context, request, copy.Answer, copy.Expires);
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
                case LeaderNews.Answered(var answer, var expires):
                    await replies.AnswerAsync(context, request, answer, expires);
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
            var (result, asked) = await claims.ClaimAsync(context, request, plan, patience);
            switch (result)
            {
                case null:
                    await WithoutStoreAsync(context, request);
                    return;
                case ClaimResult.Won won:
                    if (won.Ticket.Fence == 1)
                        limits.CountNewKey(request.Caller);
                    leaves = await ExecuteAsync(context, request, plan, won, leader, began);
                    return;
                case ClaimResult.Completed(var bytes, var remainingRetention, _):
                    var answer = RecordCodec.Decode(bytes);
                    var expires = asked + remainingRetention;
                    copies.Add(request.StorageKey, request.Fingerprint, answer, expires, stamp);
                    leader.Publish(new LeaderNews.Answered(answer, expires));
                    await replies.AnswerAsync(context, request, answer, expires);
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

    /// <summary>6–10, with the permission to send. Whatever happens in here, the record is ended or left in doubt.</summary>
    /// <param name="claimed">When the store was asked.</param>
    /// <returns>Whether the leader may step down now; else a deferred write makes it do so.</returns>
    private async Task<bool> ExecuteAsync(HttpContext context, GuardedRequest request, DestinationPlan plan, ClaimResult.Won won, Leader leader, long claimed)
    {
        using var counted = underWay.Enter();
        request.Report.IsClaimed = true;
        var policy = request.Route.Policy;
        var about = policy.Subject.Count == 0 ? [] : subjects.OfRequest(policy.Subject, context, policy.Caller, request.Body.Bytes);
        var claim = new Claim(won.Ticket, request.Fingerprint, policy.Retention, leader, request.Caller.Digest, about, claimed, policy.Erase is null ? null : context.Features.Get<Deletion>())
        {
            Earlier = won.Evidence.IsEmpty ? null : RecordCodec.Decode(won.Evidence),
        };
        try
        {
            if (!plan.Pin(won.Destination))
            {
                await recorder.HoldAsync(claim, request.Report.Risk, providerStatus: null);
                await replies.InDoubtAsync(context, request, claim.EarlierStatus);
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

    [LoggerMessage(EventIds.MovedOn, LogLevel.Warning, "Route {RouteId}: nothing reached {From}, going on to {To}")]
    private static partial void LogMovedOn(ILogger logger, string routeId, string? from, string? to);
}
