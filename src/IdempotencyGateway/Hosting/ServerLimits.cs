using IdempotencyGateway.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Hosting;

/// <summary>The limits that Kestrel enforces, partly before the pipeline sees a request (<see cref="Problems.HeadRefusals"/> answers those).</summary>
internal static class ServerLimits
{
    public static void Apply(KestrelServerLimits server, LimitsSnapshot limits)
    {
        // Kestrel would count the admin listener's connections, too; Limits/ConnectionGate counts only clients'.
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
