using System.Buffers;
using System.Collections.Frozen;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Intake;

/// <summary>
/// Refuses requests that Kestrel accepts but that another parser could read differently (request smuggling). Applies to every route, guarded or not, because a proxy
/// in front may be the other parser. The client's framing is never passed on: the provider gets the gateway's own. (The syntax of Content-Length and of line ends is
/// checked earlier: <see cref="Hosting.DigitsOnlyEncoding"/>, <see cref="Hosting.GatewayApplication"/>.)
/// </summary>
public static class FramingCheck
{
    // A space ends the target, and for some parsers a control character does, too. Characters beyond ASCII are not allowed in it (RFC 9112 §3.2).
    private static readonly SearchValues<char> TargetCharacters = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code)]);

    private const string OrdinaryMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    private static readonly FrozenSet<string> ConnectionFields = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade");

    /// <returns>Null when the request has one meaning.</returns>
    public static ProblemReply? FindAmbiguity(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (target.AsSpan().ContainsAnyExcept(TargetCharacters))
            return Malformed("The request's target has a character that is not allowed in a target.");
        if (KeptEscapes.FindDefect(target) is { } defect)
            return Malformed(defect);
        // The answer to TRACE is the request as the provider got it, including what the gateway adds: credentials, verdicts, signatures.
        if (HttpMethods.IsTrace(request.Method))
            return Malformed("TRACE is not allowed: its answer would repeat what the gateway adds to requests, such as its own credentials.") with { Status = StatusCodes.Status405MethodNotAllowed, Allow = OrdinaryMethods };
        // Kestrel accepts any bytes before the colon, so "Transfer-Encoding" with a control character is an unknown header to it, but may be Transfer-Encoding to another parser.
        foreach (var (name, _) in request.Headers)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(HttpToken.Characters))
                return Malformed("A header's name has a character that is not allowed in a name.");
        }
        // After a 2xx to CONNECT, a proxy treats all further bytes as a tunnel. Extended CONNECT is allowed: WebSockets over HTTP/2 use it.
        if (HttpMethods.IsConnect(request.Method) && !IsExtendedConnect(request))
            return Malformed("CONNECT is not allowed: this gateway opens no tunnels.");
        if (HttpProtocol.IsHttp2(request.Protocol) || HttpProtocol.IsHttp3(request.Protocol))
            return FindForbiddenField(request);

        var transferEncoding = request.Headers.TransferEncoding;
        if (transferEncoding.Count == 0)
            return null;
        if (transferEncoding.Count > 1 || !string.Equals(transferEncoding[0], "chunked", StringComparison.OrdinalIgnoreCase))
            return Malformed("Transfer-Encoding may only be 'chunked' here.");
        if (HttpProtocol.IsHttp10(request.Protocol))
            return Malformed("HTTP/1.0 has no Transfer-Encoding; send a Content-Length.");
        // Kestrel renames the Content-Length of a chunked request to X-Content-Length.
        return request.Headers.ContainsKey("Content-Length") || request.Headers.ContainsKey("X-Content-Length")
            ? Malformed("Send either Content-Length or Transfer-Encoding, not both.")
            : null;
    }

    /// <summary>Finds header fields that HTTP/2 forbids in every message (RFC 9113 §8.2). Kestrel refuses only some of them.</summary>
    private static ProblemReply? FindForbiddenField(HttpRequest request)
    {
        foreach (var (name, values) in request.Headers)
        {
            if (ConnectionFields.Contains(name))
                return Malformed("A header is about a connection, which only HTTP/1.1 allows.");
            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAny('\0', '\r', '\n'))
                    return Malformed("A header's value has a character that is not allowed in a value.");
                // HTTP/1.1 strips outer white space, so two values that differ here would be the same to the provider.
                if (value is [' ' or '\t', ..] or [.., ' ' or '\t'])
                    return Malformed("A header's value begins or ends with white space.");
            }
        }
        return null;
    }

    /// <summary>Refuses upgrades (WebSockets, HTTP/2 extended CONNECT), for guarded requests: an upgraded connection has no answer to record.</summary>
    /// <returns>Null when the request asks for no upgrade.</returns>
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
