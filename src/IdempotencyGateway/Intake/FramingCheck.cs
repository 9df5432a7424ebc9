using System.Buffers;
using System.Collections.Frozen;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Intake;

/// <summary>
/// Refuses what Kestrel accepts though two parsers could read it differently: on every route, guarded or not, because a proxy in front may be the other
/// parser. Nothing of the client's framing is passed on either way: the provider gets one of the gateway's own. (What a Content-Length may look like, and how a
/// line ends, is settled before: <see cref="Hosting.DigitsOnlyEncoding"/>, <see cref="Hosting.GatewayApplication"/>.)
/// </summary>
public static class FramingCheck
{
    // A space ends the target and a control character ends it for some; beyond ASCII there are no targets (RFC 9112 §3.2).
    private static readonly SearchValues<char> TargetCharacters = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code)]);

    private const string OrdinaryMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    private static readonly FrozenSet<string> OfConnections = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade");

    /// <returns>Null when the request has one meaning.</returns>
    public static ProblemReply? FindAmbiguity(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (target.AsSpan().ContainsAnyExcept(TargetCharacters))
            return Malformed("The request's target has a character that no target may have.");
        if (KeptEscapes.FindDefect(target) is { } defect)
            return Malformed(defect);
        // The answer would be the request as the provider got it, with what the gateway adds: credentials, verdicts, signatures.
        if (HttpMethods.IsTrace(request.Method))
            return Malformed("TRACE has the provider repeat what it is told, and some of that is not the client's.") with { Status = StatusCodes.Status405MethodNotAllowed, Allow = OrdinaryMethods };
        // Kestrel takes whatever stands before the colon, so that "Transfer-Encoding" and a control character is just another header to it.
        foreach (var (name, _) in request.Headers)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(HttpToken.Characters))
                return Malformed("A header's name has a character that no name may have.");
        }
        // Whoever reads a 2xx to it reads everything after it as another protocol. WebSockets over HTTP/2 come as an extended one.
        if (HttpMethods.IsConnect(request.Method) && !IsExtendedConnect(request))
            return Malformed("CONNECT asks for a tunnel, and this proxy digs none.");
        if (HttpProtocol.IsHttp2(request.Protocol) || HttpProtocol.IsHttp3(request.Protocol))
            return FindConnectionField(request);

        var transferEncoding = request.Headers.TransferEncoding;
        if (transferEncoding.Count == 0)
            return null;
        if (transferEncoding.Count > 1 || !string.Equals(transferEncoding[0], "chunked", StringComparison.OrdinalIgnoreCase))
            return Malformed("Transfer-Encoding may only be 'chunked' here.");
        if (HttpProtocol.IsHttp10(request.Protocol))
            return Malformed("HTTP/1.0 has no Transfer-Encoding; send a Content-Length.");
        // Kestrel renames the Content-Length of a chunked request to this.
        return request.Headers.ContainsKey("Content-Length") || request.Headers.ContainsKey("X-Content-Length")
            ? Malformed("Send either Content-Length or Transfer-Encoding, not both.")
            : null;
    }

    /// <summary>What HTTP/2 forbids in every message (RFC 9113 §8.2), of which Kestrel refuses only a part.</summary>
    private static ProblemReply? FindConnectionField(HttpRequest request)
    {
        foreach (var (name, values) in request.Headers)
        {
            if (OfConnections.Contains(name))
                return Malformed("A header is of a connection of HTTP/1.1, and this is none.");
            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAny('\0', '\r', '\n'))
                    return Malformed("A header's value has a character that no value may have.");
                // HTTP/1.1 ignores it, so that two values here would be one to the provider.
                if (value is [' ' or '\t', ..] or [.., ' ' or '\t'])
                    return Malformed("A header's value begins or ends with white space.");
            }
        }
        return null;
    }

    /// <returns>Null when the request stays one: an upgraded connection has no answer to record.</returns>
    public static ProblemReply? FindUpgrade(HttpContext context) =>
        context.Request.Headers.Upgrade.Count > 0 || IsExtendedConnect(context.Request)
            ? new(GatewayProblem.UpgradeRefused, "This route is guarded by an idempotency policy, and an upgraded connection has no answer to record.")
            {
                CloseConnection = true,
            }
            : null;

    private static bool IsExtendedConnect(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method) && request.HttpContext.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;

    private static ProblemReply Malformed(string detail) => new(GatewayProblem.Malformed, detail) { CloseConnection = true };
}
