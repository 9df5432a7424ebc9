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
/// been under way for as long as an idle connection may stay and the answers that the server may still hold may take.
/// </summary>
/// <remarks>The gap: the output of Kestrel 10.0 stops its timer when it sees an answer's end in a later turn than its last bytes, although these still wait for the window.</remarks>
internal sealed class Http2Connection
{
    /// <summary>What Kestrel takes of a stream's answer before its writer has to wait for the client.</summary>
    private const int HeldByStreamInBytes = 4096;

    private readonly ConnectionContext _connection;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _patience;
    private readonly TimeSpan _grace;
    private int _underWay;
    private long _quietSince;
    private bool _isClosing;

    private Http2Connection(ConnectionContext connection, TimeSpan patience, TimeSpan grace, TimeProvider clock)
    {
        (_connection, _patience, _grace, _clock) = (connection, patience, grace, clock);
        _quietSince = clock.GetTimestamp();
    }

    /// <summary>Within TLS, where it says which protocol was agreed.</summary>
    public static void Attach(ListenOptions listen, LimitsSnapshot limits, TimeProvider clock)
    {
        var pace = limits.BodyPace;
        // Without a pace, answers wait for their clients for ever.
        if (pace.BytesPerSecond == 0)
            return;
        var server = listen.KestrelServerOptions.Limits;
        var held = (long)HeldByStreamInBytes * server.Http2.MaxStreamsPerConnection + (server.MaxResponseBufferSize ?? 0);
        var patience = limits.IdleConnections + pace.Grace + TimeSpan.FromSeconds((double)held / pace.BytesPerSecond);
        listen.Use(next => connection =>
        {
            if (listen.Protocols == HttpProtocols.Http2 || IsHttp2(connection))
            {
                var counted = new Http2Connection(connection, patience, pace.Grace, clock);
                connection.Features.Set(counted);
                connection.Features.GetRequiredFeature<IConnectionHeartbeatFeature>().OnHeartbeat(static counted => ((Http2Connection)counted).EndWhenQuiet(), counted);
            }
            return next(connection);
        });
    }

    /// <summary>Stands around every request, so that the connection knows whether one is under way.</summary>
    public static Task CountAsync(HttpContext context, RequestDelegate next) =>
        HttpProtocol.IsHttp2(context.Request.Protocol) && context.Features.Get<Http2Connection>() is { } connection ? connection.CarryAsync(context, next) : next(context);

    private async Task CarryAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            await next(context);
        }
        finally
        {
            // In this order: who sees that none is under way sees since when.
            Volatile.Write(ref _quietSince, _clock.GetTimestamp());
            Interlocked.Decrement(ref _underWay);
        }
    }

    private static bool IsHttp2(ConnectionContext connection) =>
        connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual(SslApplicationProtocol.Http2.Protocol.Span) ?? false;

    private void EndWhenQuiet()
    {
        if (Volatile.Read(ref _underWay) > 0)
            return;
        var quiet = _clock.GetElapsedTime(Volatile.Read(ref _quietSince));
        if (quiet <= _patience)
            return;
        if (!_isClosing)
        {
            // GOAWAY: whoever is only quiet, or has a request on its way here, is not cut off.
            _isClosing = true;
            _connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        else if (quiet > _patience + _grace)
        {
            _connection.Abort(new("The client left an answer untaken for longer than Limits:IdleConnections and Limits:BodyPace allow."));
        }
    }
}
