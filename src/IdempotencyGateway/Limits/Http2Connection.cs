using System.Net.Security;
using IdempotencyGateway.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace IdempotencyGateway.Limits;

/// <summary>
/// An HTTP/2 connection that is closed when it has carried no request for too long. Kestrel closes connections that are idle or read an answer too slowly, but with
/// two gaps: an answer that was written completely while the client's flow-control window was closed is not timed, and PING frames postpone the idle timeout for ever.
/// The time allowed here is the idle timeout plus the time in which the client must have read, at the minimum rate, all answers that Kestrel may still buffer.
/// </summary>
/// <remarks>The first gap: Kestrel 10.0 stops the timer of an answer when it processes its end in a later iteration than its last bytes, although these still wait for the window.</remarks>
internal sealed class Http2Connection
{
    /// <summary>How much of a stream's answer Kestrel buffers before the writer has to wait for the client.</summary>
    private const int HeldByStreamInBytes = 4096;

    private readonly ConnectionContext _connection;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _idleTimeout;
    private readonly TimeSpan _grace;
    private int _underWay;
    private long _idleSince;
    private bool _isClosing;

    private Http2Connection(ConnectionContext connection, TimeSpan idleTimeout, TimeSpan grace, TimeProvider clock)
    {
        (_connection, _idleTimeout, _grace, _clock) = (connection, idleTimeout, grace, clock);
        _idleSince = clock.GetTimestamp();
    }

    /// <summary>To be attached after TLS, which tells the protocol that ALPN agreed on.</summary>
    public static void Attach(ListenOptions listen, LimitsSnapshot limits, TimeProvider clock)
    {
        var pace = limits.BodyPace;
        // Without a minimum rate, clients may take any time to read an answer.
        if (pace.BytesPerSecond == 0)
            return;
        var server = listen.KestrelServerOptions.Limits;
        var held = (long)HeldByStreamInBytes * server.Http2.MaxStreamsPerConnection + (server.MaxResponseBufferSize ?? 0);
        var idleTimeout = limits.IdleConnections + pace.Grace + TimeSpan.FromSeconds((double)held / pace.BytesPerSecond);
        listen.Use(next => connection =>
        {
            if (listen.Protocols == HttpProtocols.Http2 || IsHttp2(connection))
            {
                var counted = new Http2Connection(connection, idleTimeout, pace.Grace, clock);
                connection.Features.Set(counted);
                connection.Features.GetRequiredFeature<IConnectionHeartbeatFeature>().OnHeartbeat(static counted => ((Http2Connection)counted).CloseWhenIdle(), counted);
            }
            return next(connection);
        });
    }

    /// <summary>Middleware that counts the requests under way on each connection.</summary>
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
            // In this order: whoever reads a count of 0 also reads the time at which it became 0.
            Volatile.Write(ref _idleSince, _clock.GetTimestamp());
            Interlocked.Decrement(ref _underWay);
        }
    }

    private static bool IsHttp2(ConnectionContext connection) =>
        connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual(SslApplicationProtocol.Http2.Protocol.Span) ?? false;

    private void CloseWhenIdle()
    {
        if (Volatile.Read(ref _underWay) > 0)
            return;
        var idle = _clock.GetElapsedTime(Volatile.Read(ref _idleSince));
        if (idle <= _idleTimeout)
            return;
        if (!_isClosing)
        {
            // A GOAWAY first: it does not cut off a client that is merely idle, or whose next request is on its way.
            _isClosing = true;
            _connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        else if (idle > _idleTimeout + _grace)
        {
            _connection.Abort(new("The client did not read an answer within the time that Limits:IdleConnections and Limits:BodyPace allow."));
        }
    }
}
