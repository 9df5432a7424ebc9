using IdempotencyGateway.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Hosting;

/// <summary>The limits that Kestrel keeps by itself, before there is a request (<see cref="Problems.HeadRefusals"/>).</summary>
internal static class ServerLimits
{
    public static void Apply(KestrelServerLimits server, LimitsSnapshot limits)
    {
        // Counted where operators' connections are not among them: Limits/ConnectionGate.
        server.MaxConcurrentConnections = null;
        server.MaxRequestLineSize = limits.Head.RequestLineBytes;
        server.MaxRequestHeadersTotalSize = limits.Head.HeadersBytes;
        server.Http2.MaxRequestHeaderFieldSize = limits.Head.HeadersBytes;
        server.MaxRequestHeaderCount = limits.Head.MaxHeaders;
        server.RequestHeadersTimeout = limits.Head.Timeout;
        server.KeepAliveTimeout = limits.IdleConnections;
        server.MinRequestBodyDataRate = limits.BodyPace is { BytesPerSecond: > 0 } pace ? new(pace.BytesPerSecond, pace.Grace) : null;
        server.MinResponseDataRate = server.MinRequestBodyDataRate;
    }
}
