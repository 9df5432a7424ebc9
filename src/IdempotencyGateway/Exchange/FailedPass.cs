using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// The problem for a request that was forwarded without a record and got no answer. The gateway would not recognise a retry of it, so if the provider may have acted, only safe
/// methods are reported as retryable.
/// </summary>
internal static class FailedPass
{
    public static (ExchangeOutcome Outcome, ProblemReply Reply) ReplyTo(PassFailure failure, string method) => failure switch
    {
        PassFailure.NeverSent(var reason, var status) => (ExchangeOutcome.Unreachable, new(GatewayProblem.ProviderUnreachable, $"Nothing was sent ({reason}); repeat the request.")
        {
            Status = status,
            RetryAfter = LimitReached.Soon,
        }),
        PassFailure.UnreadableBody(var status) => (ExchangeOutcome.Refused, PerhapsSent(BrokenBody.ReplyTo(status))),
        PassFailure.NoAnswer(var reason, var status) => (ExchangeOutcome.Unanswered, new(
            GatewayProblem.NoAnswer, $"No answer came ({reason}). Whether the provider acted is unknown, and the gateway keeps no record of this request.")
        {
            Status = status,
            Retryable = IsSafe(method),
            RetryAfter = IsSafe(method) ? LimitReached.Soon : null,
        }),
        _ => throw new InvalidOperationException($"no problem for {failure}"),
    };

    private static ProblemReply PerhapsSent(ProblemReply broken) =>
        broken with { Detail = $"{broken.Detail} Some of it may have been sent.", Retryable = false, RetryAfter = null };

    /// <summary>Safe methods only read (RFC 9110 §9.2.1), so repeating one does no harm.</summary>
    public static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
