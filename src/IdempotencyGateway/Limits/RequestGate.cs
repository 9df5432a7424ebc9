using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Limits;

/// <summary>Lets requests in while there is room for them, and turns away those that came on a connection too many.</summary>
internal sealed class RequestGate(RequestDelegate next, GatewayLimits limits, ConnectionGate connections, LimitReplies replies, ProblemWriter problems)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (connections.TurnAway(context) is { } surplus)
            return RefuseAsync(context, surplus);
        if (limits.Requests.TryEnter() is { } reached)
            return RefuseAsync(context, reached);
        // Left where the report ends.
        ExchangeReport.Of(context).Seat = new(limits.Requests);
        return next(context);
    }

    private Task RefuseAsync(HttpContext context, LimitReached reached)
    {
        ExchangeReport.Of(context).Outcome = ExchangeOutcome.Refused;
        return problems.WriteAsync(context, replies.Tell(reached), key: null);
    }
}
