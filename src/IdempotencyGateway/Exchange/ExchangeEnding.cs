using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Subjects;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// The last steps of <see cref="IdempotencyMiddleware"/>, once the outcome of the provider call has been read:
/// <list type="number">
/// <item value="9">Settle: record, release or hold.</item>
/// <item value="10">Write the record, then answer the client and the duplicates that wait in this process.</item>
/// </list>
/// </summary>
public sealed partial class ExchangeEnding(
    ResponseRecorder recorder, SubjectReader subjects, ExchangeEnrichment enrichment, LeaderTable leaders, ExchangeReplies replies, ILogger<ExchangeEnding> logger)
{
    /// <returns>True when the leader may step down now; false when a deferred write will make it step down.</returns>
    internal Task<bool> SettleAsync(HttpContext context, GuardedRequest request, Claim claim, ProviderCall call, ForwardOutcome outcome)
    {
        // 9
        if (outcome is ForwardOutcome.Answered(var status))
        {
            enrichment.NoteAnswer(context, request, status);
            claim = claim.Answered(status);
        }
        var decision = (outcome, call) switch
        {
            // An answer that streamed through was settled by its status line. A gRPC status in the trailers came too late to change that.
            (ForwardOutcome.Answered, { StreamedThrough: true, Tombstone: null }) => SettlementDecision.Release,
            (ForwardOutcome.Answered, { StreamedThrough: true }) => SettlementDecision.Record,
            _ => request.Route.Policy.Record.Settlement.Settle(outcome),
        };
        // 10
        return decision switch
        {
            SettlementDecision.Record => RecordAsync(context, request, claim, call),
            SettlementDecision.Release => ReleaseAsync(context, request, claim, call, outcome),
            SettlementDecision.Hold => HoldAsync(context, request, claim, call, (ForwardOutcome.Unknown)outcome),
            _ => throw new InvalidOperationException($"no way to settle {decision}"),
        };
    }

    /// <summary>Ends a won claim whose request is not sent. The key becomes free again, unless an earlier owner may have sent the request.</summary>
    /// <param name="clearance">Anything but <see cref="Clearance.Send"/>.</param>
    internal async Task TurnAwayAsync(HttpContext context, GuardedRequest request, Claim claim, Clearance clearance)
    {
        if (clearance == Clearance.Lost)
        {
            await replies.InProgressAsync(context, request, remainingLease: null);
            return;
        }
        if (await FreeUnlessSentBeforeAsync(request, claim) == Key.InDoubt)
            // The answer for this clearance would say that nothing was sent.
            await replies.InDoubtAsync(context, request, claim.Earlier?.ProviderStatus);
        else
            await (clearance == Clearance.StoreUnavailable ? replies.StoreUnavailableAsync(context, request) : replies.NotClearedAsync(context, clearance, request.KeyAsSent));
    }

    private async Task<bool> RecordAsync(HttpContext context, GuardedRequest request, Claim claim, ProviderCall call)
    {
        if (call.StreamedThrough)
        {
            var tombstone = call.Tombstone!;
            replies.FinishStream(context, request, call.Trailers, tombstone.Recorded ? ExchangeOutcome.Executed : ExchangeOutcome.Unrecorded);
            return !tombstone.Deferred;
        }
        var response = recorder.Describe(context.Response, request.Report.Risk, request.Route.Policy.Record, call.Body, call.Trailers);
        var sources = request.Route.Policy.Subject;
        if (sources.Count > 0)
            claim = claim with { Subjects = [.. claim.Subjects, .. subjects.OfAnswer(sources, call.Body)] };
        var recording = await recorder.RecordAsync(claim, response);
        claim.Leader.Publish(new LeaderResult.Answered(recording.Answer, recording.Expires));
        var ended = recording.Recorded ? ExchangeOutcome.Executed : ExchangeOutcome.Unrecorded;
        await replies.FirstAnswerAsync(context, request, call.Body, call.Trailers, ended, recording.Expires);
        return !recording.Deferred;
    }

    private async Task<bool> ReleaseAsync(HttpContext context, GuardedRequest request, Claim claim, ProviderCall call, ForwardOutcome outcome)
    {
        var key = await FreeUnlessSentBeforeAsync(request, claim);
        var ended = outcome is ForwardOutcome.AnsweredHere ? ExchangeOutcome.AnsweredHere : ExchangeOutcome.Released;
        if (outcome is ForwardOutcome.NeverSent neverSent)
            await NotSentAsync(context, request, claim, neverSent, key);
        else if (call.StreamedThrough)
            replies.FinishStream(context, request, call.Trailers, ended);
        else
            await replies.FirstAnswerAsync(context, request, call.Body, call.Trailers, ended, expires: null);
        return true;
    }

    private Task NotSentAsync(HttpContext context, GuardedRequest request, Claim claim, ForwardOutcome.NeverSent neverSent, Key key) => key switch
    {
        Key.Free => replies.UnreachableAsync(context, request, neverSent),
        Key.InDoubt => replies.InDoubtAsync(context, request, claim.Earlier?.ProviderStatus),
        Key.Taken => replies.InProgressAsync(context, request, remainingLease: null),
        _ => throw new InvalidOperationException($"no answer for {key}"),
    };

    /// <summary>
    /// Releases the key, unless an earlier owner may have sent the request. That nothing was sent by this attempt proves nothing about the earlier one, so the record then stays, in doubt,
    /// with its destination.
    /// </summary>
    private async ValueTask<Key> FreeUnlessSentBeforeAsync(GuardedRequest request, Claim claim)
    {
        var key = Key.InDoubt;
        if (request.MayHaveBeenSent(claim))
            await recorder.HoldAsync(claim, request.Report.Risk, providerStatus: null);
        else
            key = await recorder.ReleaseAsync(claim) ? Key.Free : Key.Taken;
        leaders.Leave(claim.Leader);
        return key;
    }

    private async Task<bool> HoldAsync(HttpContext context, GuardedRequest request, Claim claim, ProviderCall call, ForwardOutcome.Unknown unknown)
    {
        LogOutcomeUnknown(logger, request.Route.RouteId, claim.Ticket.Key.ToString(), unknown.Reason, unknown.Status);
        if (call.Tombstone is { } tombstone)
        {
            // The tombstone already records that there was an answer. Abort, so that the client cannot mistake the truncated body for a complete one.
            request.Report.Outcome = ExchangeOutcome.CutShort;
            context.Abort();
            return !tombstone.Deferred;
        }
        await recorder.HoldAsync(claim, request.Report.Risk, unknown.Status);
        if (request.Route.Policy.OnUnknown == OnUnknown.Hold)
            claim.Leader.Publish(new LeaderResult.InDoubt(unknown.Status, request.Report.Risk));
        leaders.Leave(claim.Leader);
        await replies.OutcomeUnknownAsync(context, request, unknown);
        return true;
    }

    /// <summary>The state of the key after a request that was not sent.</summary>
    private enum Key
    {
        Free,

        /// <summary>An earlier owner may have sent the request.</summary>
        InDoubt,

        /// <summary>The record was taken over by a later owner, or resolved or erased by an operator.</summary>
        Taken,
    }

    [LoggerMessage(EventIds.OutcomeUnknown, LogLevel.Warning, "Route {RouteId}: the outcome of record {StorageKey} is unknown ({Reason}, provider status {ProviderStatus})")]
    private static partial void LogOutcomeUnknown(ILogger logger, string routeId, string storageKey, string reason, int? providerStatus);
}
