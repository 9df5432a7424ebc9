using System.Net.Security;
using IdempotencyGateway.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace IdempotencyGateway.Limits;

/// <summary>
/// A client's connection that carries several requests at once. The server ends it when it is idle and when an answer is taken too slowly, with two gaps: an answer
/// that was written whole while its client's window was shut is not timed at all, and PINGs put off the end for ever. So it ends, too, when no request has
/// been under way for as long as an idle connection may stay and the rest of an answer may take.
/// </summary>
/// <remarks>The gap: the output of Kestrel 10.0 stops its timer when it sees an answer's end in a later turn than its last bytes, although these still wait for the window.</remarks>
internal sealed class Http2Connection(ConnectionContext connection, LimitsSnapshot limits, TimeProvider clock)
{
    /// <summary>What Kestrel takes of an answer before its writer has to wait for the client.</summary>
    private const int UntakenBytes = 4096;

    private int _underWay;
    private long _quietSince = clock.GetTimestamp();
    private bool _isClosing;

    private TimeSpan Patience => limits.IdleConnections + limits.BodyPace.Grace + TimeSpan.FromSeconds((double)UntakenBytes / limits.BodyPace.BytesPerSecond);

    /// <summary>Within TLS, where it says which protocol was agreed.</summary>
    public static void Attach(ListenOptions listen, LimitsSnapshot limits, TimeProvider clock)
    {
        // Without a pace, answers wait for their clients for ever.
        if (limits.BodyPace.BytesPerSecond == 0)
            return;
        listen.Use(next => connection =>
        {
            if (listen.Protocols == HttpProtocols.Http2 || IsHttp2(connection))
            {
                var counted = new Http2Connection(connection, limits, clock);
                connection.Features.Set(counted);
                connection.Features.GetRequiredFeature<IConnectionHeartbeatFeature>().OnHeartbeat(static counted => ((Http2Connection)counted).EndWhenQuiet(), counted);
            }
            return next(connection);
        });
    }

    /// <returns>Null where one connection carries one request at a time.</returns>
    public static Http2Connection? Of(HttpContext context) => HttpProtocol.IsHttp2(context.Request.Protocol) ? context.Features.Get<Http2Connection>() : null;

    public void Enter() => Interlocked.Increment(ref _underWay);

    public void Leave()
    {
        Volatile.Write(ref _quietSince, clock.GetTimestamp());
        Interlocked.Decrement(ref _underWay);
    }

    private static bool IsHttp2(ConnectionContext connection) =>
        connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual(SslApplicationProtocol.Http2.Protocol.Span) ?? false;

    private void EndWhenQuiet()
    {
        if (Volatile.Read(ref _underWay) > 0)
            return;
        var quiet = clock.GetElapsedTime(Volatile.Read(ref _quietSince));
        if (quiet <= Patience)
            return;
        if (!_isClosing)
        {
            // GOAWAY: whoever is only quiet, or has a request on its way here, is not cut off.
            _isClosing = true;
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        else if (quiet > Patience + limits.BodyPace.Grace)
        {
            connection.Abort(new("The client left an answer untaken for longer than Limits:IdleConnections and Limits:BodyPace allow."));
        }
    }
}
