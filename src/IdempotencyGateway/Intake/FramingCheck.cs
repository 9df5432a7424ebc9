using Microsoft.AspNetCore.Http.Features;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Intake;

/// <summary>
/// Refuses on guarded routes what the server below accepts though two parsers could read it differently. Nothing of the client's framing is
/// passed on either way: the provider gets one canonical Content-Length. (What a Content-Length may look like is settled before:
/// <see cref="Hosting.DigitsOnlyEncoding"/>.)
/// </summary>
public static class FramingCheck
{
    /// <returns>Null when the framing has one meaning.</returns>
    public static ProblemReply? Find(HttpContext context)
    {
        var request = context.Request;
        if (AsksForUpgrade(context))
        {
            return new(GatewayProblem.UpgradeRefused, "This route is guarded by an idempotency policy, and an upgraded connection has no answer to record.")
            {
                CloseConnection = true,
            };
        }
        if (HttpProtocol.IsHttp2(request.Protocol) || HttpProtocol.IsHttp3(request.Protocol))
            return null;

        var transferEncoding = request.Headers.TransferEncoding;
        var contentLength = request.Headers["Content-Length"];
        if (transferEncoding.Count > 0)
        {
            if (transferEncoding.Count > 1 || !string.Equals(transferEncoding[0], "chunked", StringComparison.OrdinalIgnoreCase))
                return Malformed("Transfer-Encoding may only be 'chunked' here.");
            if (HttpProtocol.IsHttp10(request.Protocol))
                return Malformed("HTTP/1.0 has no Transfer-Encoding; send a Content-Length.");
            // Kestrel renames the Content-Length of a chunked request to this.
            if (contentLength.Count > 0 || request.Headers.ContainsKey("X-Content-Length"))
                return Malformed("Send either Content-Length or Transfer-Encoding, not both.");
        }
        return null;
    }

    private static bool AsksForUpgrade(HttpContext context) =>
        context.Request.Headers.Upgrade.Count > 0
        || context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true
        || HttpMethods.IsConnect(context.Request.Method);

    private static ProblemReply Malformed(string detail) => new(GatewayProblem.Malformed, detail) { CloseConnection = true };
}
