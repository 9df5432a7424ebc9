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
/// Takes a request through the idempotency protocol, from intake to answer. Every branch is in this file, except those of the settlement (<see cref="ExchangeEnding"/>);
/// the types called from here do not decide which step comes next.
/// <list type="number">
/// <item>Decide whether the request is guarded. Read its key, or refuse it.</item>
/// <item>Buffer the whole body in memory.</item>
/// <item>Compute the fingerprint and the storage key.</item>
/// <item>Single-flight within this process: answer from the copy of a completed record, or wait for the leader that runs the same request.</item>
/// <item>Claim the record in the store. A won claim is the permission to send; of all concurrent owners, one wins.</item>
/// <item>Enrich: score the winner's request for fraud, once. The profile may block the request or redirect it to another cluster.</item>
/// <item>Forward once, detached from the client.</item>
/// <item>Read the outcome. If it is proven that nothing was sent, try the route's next destination, if there is one.</item>
/// <item>Settle: record, release or hold.</item>
/// <item>Write the record, then send the answer to the client.</item>
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
        // 1–3. Usually completes synchronously, because the body arrives together with the head.
        var report = ExchangeReport.Of(context);
        var reading = intake.ReadAsync(context, report);
        return reading.IsCompletedSuccessfully ? DispatchAsync(context, report, reading.Result) : AwaitIntakeAsync(context, report, reading);
    }

    private async Task AwaitIntakeAsync(HttpContext context, ExchangeReport report, ValueTask<IntakeResult> reading)
    {
        IntakeResult result;
        using (report.WaitForClient())
            result = await reading;
        await DispatchAsync(context, report, result);
    }

    private Task DispatchAsync(HttpContext context, ExchangeReport report, IntakeResult result)
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
                // If the client is still connected after all, a reset is better than the empty 200 that the server would send on a plain return.
                context.Abort();
                return Task.CompletedTask;
            case IntakeResult.Guarded(var request):
                (report.Record, report.Consent) = (request.StorageKey, request.Consent);
                return AnswerAsync(context, request);
            default:
                throw new InvalidOperationException("no such intake result");
        }
    }

    /// <summary>Forwards a request of a route in a dry run: unguarded, while an observer counts what guarding would have done.</summary>
    private async Task PassInDryRunAsync(HttpContext context, ExchangeReport report, GuardedRoute route, SpooledBody? body)
    {
        using var observed = dryRuns.Begin(context, report, route, body);
        await PassAsync(context, report, body);
        observed.Answered();
    }

    /// <summary>Forwards an unguarded request, which is still scored where its route has a fraud profile.</summary>
    private Task PassAsync(HttpContext context, ExchangeReport report, SpooledBody? body)
    {
        if (body is not null || report.Route.Profile is not null)
            return PassIfClearedAsync(context, report, body);
        return SendWithoutRecordAsync(context, report, ExchangeOutcome.Unguarded);
    }

    /// <param name="body">Null when the body was not buffered.</param>
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

    /// <summary>Forwards without a record. The answer streams to the client; if none arrives, the client gets a problem.</summary>
    private async Task SendWithoutRecordAsync(HttpContext context, ExchangeReport report, ExchangeOutcome outcome)
    {
        report.Outcome = outcome;
        using (report.Forward())
            await next(context);
        if (PassedAnswer.FailureOf(context) is { } failure)
            await replies.NotPassedAsync(context, failure);
    }

    /// <summary>
    /// 4: per storage key and fingerprint, one request of this process leads and the others wait for what it publishes. Returns once the client was answered or has disconnected.
    /// </summary>
    private async Task AnswerAsync(HttpContext context, GuardedRequest request)
    {
        using var held = request;
        WaitBudget? budget = null;
        while (!context.RequestAborted.IsCancellationRequested)
        {
            if (copies.Find(request.StorageKey, request.Fingerprint) is { } copy)
            {
                await replies.AnswerAsync(context, request, copy.Answer, copy.Expires);
                return;
            }
            budget ??= new(request, limits.Waiters, clock);
            if (leaders.TryLead(request.StorageKey, request.Fingerprint, out var leader))
            {
                await LeadAsync(context, request, leader, budget);
                return;
            }
            switch (await WaitForAsync(context, request, leader, budget))
            {
                case LeaderResult.Answered(var answer, var expires):
                    await replies.AnswerAsync(context, request, answer, expires);
                    return;
                case LeaderResult.InDoubt(var providerStatus, var verdict):
                    request.Report.WasScored(verdict);
                    await replies.InDoubtAsync(context, request, providerStatus);
                    return;
                case null when budget.Refusal is { } refusal:
                    await replies.LimitReachedAsync(context, request, refusal);
                    return;
                case null when !context.RequestAborted.IsCancellationRequested:
                    await replies.InProgressAsync(context, request, remainingLease: null);
                    return;
                case null or LeaderResult.AskAgain:
                    // The next turn asks again, or ends the loop when the client has disconnected.
                    break;
                default:
                    throw new InvalidOperationException("no such leader result");
            }
        }
    }

    /// <returns>What the leader published; null when the quota of waiters is full, the time is up or the client has disconnected.</returns>
    private async Task<LeaderResult?> WaitForAsync(HttpContext context, GuardedRequest request, Leader leader, WaitBudget budget)
    {
        if (!budget.TryBeginWait())
            return null;
        using var wait = budget;
        using var reported = request.Report.WaitForAnother();
        return await leader.WaitAsync(budget.Remaining, clock, context.RequestAborted);
    }

    /// <summary>5: claims the record, on behalf of all requests of this process that share its storage key and fingerprint.</summary>
    private async Task LeadAsync(HttpContext context, GuardedRequest request, Leader leader, WaitBudget budget)
    {
        var stepsDown = true;
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
            // Taken before the store is asked: the copies reject an answer that was read before an eviction.
            var stamp = copies.Stamp;
            var began = clock.GetTimestamp();
            var (result, asked) = await claims.ClaimAsync(context, request, plan, budget);
            switch (result)
            {
                case null:
                    await WithoutStoreAsync(context, request);
                    return;
                case ClaimResult.Won won:
                    // The first owner of the record, so the key is new.
                    if (won.Ticket.Fence == 1)
                        limits.CountNewKey(request.Caller);
                    stepsDown = await ExecuteAsync(context, request, plan, won, leader, began);
                    return;
                case ClaimResult.Completed(var bytes, var remainingRetention, _):
                    var answer = RecordCodec.Decode(bytes);
                    var expires = asked + remainingRetention;
                    copies.Add(request.StorageKey, request.Fingerprint, answer, expires, stamp);
                    leader.Publish(new LeaderResult.Answered(answer, expires));
                    await replies.AnswerAsync(context, request, answer, expires);
                    return;
                case ClaimResult.InProgress(var remainingLease):
                    await (budget.Refusal is { } refusal ? replies.LimitReachedAsync(context, request, refusal) : replies.InProgressAsync(context, request, remainingLease));
                    return;
                case ClaimResult.Mismatch:
                    enrichment.NoteMismatch(context, request);
                    await replies.MismatchAsync(context, request);
                    return;
                case ClaimResult.InDoubt(var bytes, _, _):
                    var evidence = RecordCodec.DecodeEvidence(bytes);
                    request.Report.WasScored(evidence?.ScoredAs);
                    leader.Publish(new LeaderResult.InDoubt(evidence?.ProviderStatus, evidence?.ScoredAs));
                    await replies.InDoubtAsync(context, request, evidence?.ProviderStatus);
                    return;
                default:
                    throw new InvalidOperationException("no such claim result");
            }
        }
        finally
        {
            if (stepsDown)
                leaders.Leave(leader);
        }
    }

    /// <summary>6–10, as the owner of the claim. On every path, exceptions included, the record ends completed, released or in doubt.</summary>
    /// <param name="claimed">The clock's timestamp from just before the store was asked for the claim.</param>
    /// <returns>True when the leader may step down now; false when a deferred write will make it step down.</returns>
    private async Task<bool> ExecuteAsync(HttpContext context, GuardedRequest request, DestinationPlan plan, ClaimResult.Won won, Leader leader, long claimed)
    {
        using var counted = underWay.Enter();
        request.Report.IsClaimed = true;
        var policy = request.Route.Policy;
        var subjectKeys = policy.Subject.Count == 0 ? [] : subjects.OfRequest(policy.Subject, context, policy.Caller, request.Body.Bytes);
        var claim = new Claim(won.Ticket, request.Fingerprint, policy.Retention, leader, request.Caller.Digest, subjectKeys, claimed, policy.Erase is null ? null : context.Features.Get<Deletion>())
        {
            Earlier = RecordCodec.DecodeEvidence(won.Evidence),
        };
        try
        {
            // False when the destination to which an earlier owner may have sent this request is no longer configured. Sent to another one, the request could execute twice.
            if (!plan.Pin(won.Destination))
            {
                await recorder.HoldAsync(claim, request.Report.Risk, providerStatus: null);
                await replies.InDoubtAsync(context, request, claim.Earlier?.ProviderStatus);
                return true;
            }
            using var lease = claims.KeepAlive(request, won.Ticket);
            // 6
            var clearance = await enrichment.ClearAsync(context, request, plan, claim);
            if (clearance != Clearance.Send)
            {
                await ending.TurnAwayAsync(context, request, claim, clearance);
                return true;
            }
            var began = clock.GetTimestamp();
            while (true)
            {
                using var call = new ProviderCall(context, request, claim, policy.Deadline - clock.GetElapsedTime(began), answers, recorder, clock);
                // 7, 8
                var outcome = await call.RunAsync(next, logger);
                // What an earlier owner may have sent went to the recorded destination, so this request must not go to another.
                var mayMoveOn = outcome is ForwardOutcome.NeverSent && !request.MayHaveBeenSent(claim) && clock.GetElapsedTime(began) < policy.Deadline;
                if (mayMoveOn && await TryMoveOnAsync(plan, claim, request))
                    continue;
                // Renewal ends with the provider call. A client that reads its answer slowly must not prolong the lease that other callers wait for.
                lease.Dispose();
                // 9, 10
                return await ending.SettleAsync(context, request, claim, call, outcome);
            }
        }
        catch
        {
            // Only a bug throws here. Put the record in doubt; if it has ended already, the store refuses this.
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

    /// <summary>The store is unavailable: refuse the request, or forward it without protection where the route's policy says so.</summary>
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
                throw new InvalidOperationException($"no such policy: {request.Route.Policy.OnStoreDown}");
        }
    }

    [LoggerMessage(EventIds.PassedThrough, LogLevel.Warning, "Route {RouteId}: a request was forwarded without protection, because the store is unavailable")]
    private static partial void LogPassedThrough(ILogger logger, string routeId);

    [LoggerMessage(EventIds.MovedOn, LogLevel.Warning, "Route {RouteId}: nothing was sent to {From}; trying {To}")]
    private static partial void LogMovedOn(ILogger logger, string routeId, string? from, string? to);
}
