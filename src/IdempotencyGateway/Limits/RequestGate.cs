using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;
using Microsoft.AspNetCore.Connections.Features;

namespace IdempotencyGateway.Limits;

/// <summary>Lets requests in while there is room for them, and turns away those that came on a connection too many.</summary>
internal sealed class RequestGate(RequestDelegate next, GatewayLimits limits, ConnectionGate connections, LimitReplies replies, ProblemWriter problems)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (connections.HasSurplus && context.Features.Get<SurplusConnection>() is { } surplus)
            return RefuseAsync(context, surplus.Reached);
        return limits.Requests.TryEnter() is { } reached ? RefuseAsync(context, reached) : PassAsync(context);
    }

    private async Task PassAsync(HttpContext context)
    {
        var seat = new RequestSeat(limits.Requests);
        context.Features.Set(seat);
        try
        {
            await next(context);
        }
        finally
        {
            seat.Leave();
        }
    }

    private Task RefuseAsync(HttpContext context, LimitReached reached)
    {
        ExchangeReport.Of(context).Outcome = ExchangeOutcome.Refused;
        var ends = reached.Thing == LimitedThing.Connections;
        if (ends)
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return problems.WriteAsync(context, replies.Tell(reached) with { CloseConnection = ends }, key: null);
    }
}
