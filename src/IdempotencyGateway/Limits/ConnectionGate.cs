using IdempotencyGateway.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Limits;

/// <summary>
/// Counts clients' connections; the operators' own listener is not among them. Some beyond the limit are still taken, so that who comes there is told what is
/// the matter; whoever comes when these are used up, too, is cut off without a word.
/// </summary>
internal sealed class ConnectionGate(GatewayLimits limits, LimitsSnapshot numbers, Telemetry.GatewayMetrics metrics)
{
    private int _surplus;

    public void Guard(ListenOptions listen) => listen.Use(next => connection => AdmitAsync(connection, next));

    /// <summary>For every request, whether there is a route for it or not.</summary>
    /// <returns>What to tell a client that came on a connection too many, which ends with the answer; null to any other.</returns>
    public LimitReached? TurnAway(HttpContext context)
    {
        // As a rule there is no such connection, and nobody need look.
        if (Volatile.Read(ref _surplus) == 0 || context.Features.Get<SurplusConnection>() is not { } surplus)
            return null;
        context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return surplus.Reached;
    }

    private async Task AdmitAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (limits.Connections.TryEnter() is { } reached)
        {
            await AdmitSurplusAsync(connection, next, reached);
            return;
        }
        try
        {
            await next(connection);
        }
        finally
        {
            limits.Connections.Leave();
        }
    }

    private async Task AdmitSurplusAsync(ConnectionContext connection, ConnectionDelegate next, LimitReached reached)
    {
        try
        {
            if (Interlocked.Increment(ref _surplus) > numbers.SurplusConnections)
            {
                metrics.ConnectionCutOff();
                connection.Abort();
                return;
            }
            connection.Features.Set(new SurplusConnection(reached));
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _surplus);
        }
    }
}
