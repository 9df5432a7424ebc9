using System.Globalization;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Replay;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>Every answer that a client can get from an exchange: the provider's own, a replay, or a problem of the gateway's.</summary>
public sealed class ExchangeReplies(ProblemWriter problems, ResponseReplayer replayer, LimitReplies limits)
{
    /// <summary>For a request that was not cleared for sending. Why a profile blocked it is told to operators only, never to the client.</summary>
    /// <param name="clearance"><see cref="Clearance.Blocked"/>, <see cref="Clearance.Unfit"/> or <see cref="Clearance.OutOfMemory"/>.</param>
    internal Task NotClearedAsync(HttpContext context, Clearance clearance, string? key) => clearance switch
    {
        Clearance.Blocked => TellAsync(context, ExchangeOutcome.Blocked, new(GatewayProblem.Blocked, "This request was blocked. Nothing was sent."), key),
        Clearance.Unfit => RefusedAsync(context, new(GatewayProblem.Malformed, "The body must be a JSON object in UTF-8, not compressed, without duplicate names. Nothing was sent."), key),
        Clearance.OutOfMemory => RefusedAsync(context, new(GatewayProblem.OutOfMemory, "The gateway holds as many request bodies as it may; repeat the request with the same key.") { RetryAfter = LimitReached.Soon }, key),
        _ => throw new InvalidOperationException($"no answer for {clearance}"),
    };

    /// <summary>For a request that was refused at intake.</summary>
    public Task RefusedAsync(HttpContext context, ProblemReply reply, string? key) => TellAsync(context, ExchangeOutcome.Refused, reply, key);

    /// <summary>Sends the provider's answer, once it has been settled. Its status and headers are on the response already.</summary>
    /// <param name="expires">When its record expires; null where there is no record.</param>
    public Task FirstAnswerAsync(
        HttpContext context, GuardedRequest request, ReadOnlyMemory<byte> body, IHeaderDictionary trailers, ExchangeOutcome outcome, DateTimeOffset? expires)
    {
        request.Report.Outcome = outcome;
        GuardedHeaders.Add(context, StatusOf(outcome), request.KeyAsSent);
        if (request.Route.Policy.Record.ShowExpiry)
            GuardedHeaders.AddExpiry(context, expires);
        return AnswerBody.WriteAsync(context, body, Pairs(trailers));
    }

    /// <summary>
    /// Appends the trailers of an answer that streamed through. The server completes the response only when all middleware has returned, the one that erases a deleted subject's records included.
    /// </summary>
    public void FinishStream(HttpContext context, GuardedRequest request, IHeaderDictionary trailers, ExchangeOutcome outcome)
    {
        request.Report.Outcome = outcome;
        if (!context.Response.SupportsTrailers())
            return;
        foreach (var (name, values) in trailers)
            context.Response.AppendTrailer(name, values);
    }

    /// <summary>Answers a duplicate from the record.</summary>
    /// <param name="expires">When the record expires; null while it is not yet in the store.</param>
    public Task AnswerAsync(HttpContext context, GuardedRequest request, RecordedAnswer answer, DateTimeOffset? expires)
    {
        request.Report.WasScored(answer.ScoredAs);
        return RepeatAsync(context, request, answer, expires);
    }

    /// <param name="remainingLease">The owner's, as the store reported it; null where the store was not asked.</param>
    public Task InProgressAsync(HttpContext context, GuardedRequest request, TimeSpan? remainingLease) => TellAsync(context, request, ExchangeOutcome.InProgress, new(
        GatewayProblem.InProgress, "Another request with this key is being executed; repeat this one later to get its answer.")
    {
        Status = request.Route.Policy.InFlight.Status,
        RetryAfter = remainingLease ?? LimitReached.Soon,
    });

    public Task MismatchAsync(HttpContext context, GuardedRequest request) => TellAsync(context, request, ExchangeOutcome.Mismatch, new(
        GatewayProblem.KeyReused, "This key was used with another method, path, query or body. A new operation needs a new key; a retry must repeat the request unchanged.")
    {
        Status = request.Route.Policy.Fingerprint.MismatchStatus,
    });

    /// <summary>For retries of a request whose outcome is unknown.</summary>
    public Task InDoubtAsync(HttpContext context, GuardedRequest request, int? providerStatus)
    {
        var sentAgain = request.Route.Policy.OnUnknown == OnUnknown.ForwardAgain;
        var then = sentAgain ? "Repeat it later with the same key" : "It is not sent again; ask the provider, or have the operator resolve it";
        return TellAsync(context, request, ExchangeOutcome.InDoubt, new(
            GatewayProblem.OutcomeUnknown, $"An earlier request with this key was sent and its outcome is unknown. {then}.")
        {
            ProviderStatus = providerStatus,
            Retryable = sentAgain,
        });
    }

    /// <summary>For the first caller, when the call to the provider has just failed.</summary>
    public Task OutcomeUnknownAsync(HttpContext context, GuardedRequest request, ForwardOutcome.Unknown unknown) => TellAsync(context, request, ExchangeOutcome.OutcomeUnknown, new(
        GatewayProblem.OutcomeUnknown, $"The request was sent, and its outcome is unknown: {unknown.Reason}.")
    {
        Status = unknown.TimedOut ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status502BadGateway,
        ProviderStatus = unknown.Status,
        Retryable = request.Route.Policy.OnUnknown == OnUnknown.ForwardAgain,
    });

    /// <summary>For a request that exceeds a limit. Nothing was claimed and nothing was sent.</summary>
    public Task LimitReachedAsync(HttpContext context, GuardedRequest request, LimitReached reached) =>
        TellAsync(context, request, ExchangeOutcome.Refused, limits.ReplyTo(reached));

    public Task UnreachableAsync(HttpContext context, GuardedRequest request, ForwardOutcome.NeverSent neverSent) => TellAsync(context, request, ExchangeOutcome.Unreachable, new(
        GatewayProblem.ProviderUnreachable, $"Nothing was sent ({neverSent.Reason}); the key is free, repeat the request with it.")
    {
        // YARP sets 503 when no destination is available.
        Status = neverSent.TimedOut ? StatusCodes.Status504GatewayTimeout
            : context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status502BadGateway,
        RetryAfter = LimitReached.Soon,
    });

    /// <summary>For a request that was forwarded without a record and got no complete answer.</summary>
    internal Task NotPassedAsync(HttpContext context, PassFailure failure)
    {
        var response = context.Response;
        // The head is on its way already, so the client sees the answer break off.
        if (response.HasStarted)
            return Task.CompletedTask;
        var report = ExchangeReport.Of(context);
        if (context.RequestAborted.IsCancellationRequested)
        {
            report.Outcome = ExchangeOutcome.ClientGone;
            return Task.CompletedTask;
        }
        (report.Outcome, var reply) = FailedPass.ReplyTo(failure, context.Request.Method);
        // Set where the client might believe that the request was guarded. Writing a problem clears the response, so they are passed on.
        string? mark = response.Headers[GuardedHeaders.Status], key = response.Headers[GuardedHeaders.Key];
        return problems.WriteAsync(context, reply with { IdempotencyStatus = mark }, key);
    }

    public Task StoreUnavailableAsync(HttpContext context, GuardedRequest request) => TellAsync(context, request, ExchangeOutcome.StoreUnavailable, new(
        GatewayProblem.StoreUnavailable, "The store that remembers requests is unavailable. Nothing was sent; repeat the request with the same key.")
    {
        RetryAfter = LimitReached.Soon,
    });

    private Task RepeatAsync(HttpContext context, GuardedRequest request, RecordedAnswer answer, DateTimeOffset? expires) => answer switch
    {
        RecordedAnswer.Whole(var response) => ReplayAsync(context, request, response, expires),
        RecordedAnswer.Tombstone { Reason: TombstoneReason.Erased } => TellAsync(context, request, ExchangeOutcome.Erased, new(
            GatewayProblem.Erased, "The request with this key was answered, and its record was erased on request. It is not executed again.")),
        RecordedAnswer.Tombstone { Reason: TombstoneReason.OutcomeUnknown } doubt => InDoubtAsync(context, request, doubt.Status),
        RecordedAnswer.Tombstone tombstone => NotRetainedAsync(context, request, tombstone),
        RecordedAnswer.Unreadable(var why) => TellAsync(context, request, ExchangeOutcome.StoreUnavailable, new(
            GatewayProblem.StoreUnavailable, $"There is a record for this key that this gateway cannot read: {why}. Nothing was sent.")
        {
            RetryAfter = LimitReached.Soon,
        }),
        _ => throw new InvalidOperationException("no such answer"),
    };

    private Task NotRetainedAsync(HttpContext context, GuardedRequest request, RecordedAnswer.Tombstone tombstone)
    {
        request.Report.RecordedStatus = tombstone.Status;
        return TellAsync(context, request, ExchangeOutcome.NotRetained, new(GatewayProblem.NotRetained, Explain(tombstone))
        {
            ProviderStatus = tombstone.Status,
            ProviderBodyDigest = tombstone.BodyDigest,
        });
    }

    private Task ReplayAsync(HttpContext context, GuardedRequest request, RecordedResponse response, DateTimeOffset? expires)
    {
        var outcome = request.Report.Outcome = expires is null ? ExchangeOutcome.Unrecorded : ExchangeOutcome.Replayed;
        return replayer.ReplayAsync(context, response, StatusOf(outcome)!, request.KeyAsSent, request.Route.Policy.Record.ShowExpiry ? expires : null);
    }

    private Task TellAsync(HttpContext context, GuardedRequest request, ExchangeOutcome outcome, ProblemReply reply) =>
        TellAsync(context, outcome, reply, request.KeyAsSent);

    private Task TellAsync(HttpContext context, ExchangeOutcome outcome, ProblemReply reply, string? key)
    {
        ExchangeReport.Of(context).Outcome = outcome;
        return problems.WriteAsync(context, reply, key);
    }

    /// <returns>The value of the Idempotency-Status header; null where none applies.</returns>
    private static string? StatusOf(ExchangeOutcome outcome) => outcome switch
    {
        ExchangeOutcome.Executed or ExchangeOutcome.Released => GuardedHeaders.Executed,
        ExchangeOutcome.Unrecorded => GuardedHeaders.Unrecorded,
        ExchangeOutcome.Replayed => GuardedHeaders.FromRecord,
        _ => null,
    };

    private static string Explain(RecordedAnswer.Tombstone tombstone) => string.Create(
        CultureInfo.InvariantCulture,
        $"The provider answered {tombstone.Status}; {WhyNotKept(tombstone.Reason)}. It is not executed again.");

    private static string WhyNotKept(TombstoneReason reason) => reason switch
    {
        TombstoneReason.TooLarge => "the body was larger than this route keeps",
        TombstoneReason.StorageFull => "the store had no room for the body",
        TombstoneReason.DigestOnly => "this route keeps a digest of the body and nothing else",
        TombstoneReason.MemoryFull => "the gateway had no room for the body",
        _ => throw new InvalidOperationException($"no explanation for {reason}"),
    };

    private static List<KeyValuePair<string, string>> Pairs(IHeaderDictionary headers)
    {
        if (headers.Count == 0)
            return [];
        var pairs = new List<KeyValuePair<string, string>>(headers.Count);
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
                pairs.Add(new(name, value ?? ""));
        }
        return pairs;
    }
}
