using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Limits;

/// <summary>Admits requests up to the total limit, and refuses those that arrive on a connection beyond the limit.</summary>
internal sealed class RequestGate(RequestDelegate next, GatewayLimits limits, ConnectionGate connections, LimitReplies replies, ProblemWriter problems)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (connections.TurnAway(context) is { } surplus)
            return RefuseAsync(context, surplus);
        if (limits.Requests.TryEnter() is { } reached)
            return RefuseAsync(context, reached);
        // Given back by the report, when the request ends.
        ExchangeReport.Of(context).Permit = new(limits.Requests);
        return next(context);
    }

    private Task RefuseAsync(HttpContext context, LimitReached reached)
    {
        ExchangeReport.Of(context).Outcome = ExchangeOutcome.Refused;
        return problems.WriteAsync(context, replies.ReplyTo(reached), key: null);
    }
}
