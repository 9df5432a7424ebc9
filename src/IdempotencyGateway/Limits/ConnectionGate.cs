using IdempotencyGateway.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Limits;

/// <summary>
/// Limits clients' connections; those of the admin listener do not count. Some connections beyond the limit are accepted only to answer
/// their first request with a refusal. Any further connection is aborted without an answer.
/// </summary>
internal sealed class ConnectionGate(GatewayLimits limits, LimitsSnapshot snapshot, Telemetry.GatewayMetrics metrics)
{
    private int _surplus;

    public void Guard(ListenOptions listen) => listen.Use(next => connection => AdmitAsync(connection, next));

    /// <summary>To be called for every request, whether there is a route for it or not. Closes a connection beyond the limit after this request's answer.</summary>
    /// <returns>The limit to answer with, if the connection is beyond the limit; otherwise null.</returns>
    public LimitReached? TurnAway(HttpContext context)
    {
        // The usual case is cheap: while there is no surplus connection, features are not looked up.
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
            if (Interlocked.Increment(ref _surplus) > snapshot.SurplusConnections)
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
