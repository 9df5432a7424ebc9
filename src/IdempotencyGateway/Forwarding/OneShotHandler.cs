using System.Net;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Stands between YARP and the HTTP client. Requests of guarded exchanges are re-framed from the gateway's own copy of the body, stripped of what makes
/// the client below re-send, and pinned to one HTTP version; all others pass untouched.
/// </summary>
internal sealed class OneShotHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Options.TryGetValue(ForwardAttempt.OptionsKey, out var attempt)
            ? SendOnceAsync(request, attempt, cancellationToken)
            : base.SendAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, ForwardAttempt attempt, CancellationToken cancellationToken)
    {
        if (!attempt.TryHand())
            throw new InvalidOperationException("a guarded request was handed to the HTTP client a second time");
        Prepare(request, attempt);
        var response = await base.SendAsync(request, cancellationToken);
        attempt.Status = (int)response.StatusCode;
        attempt.Grpc = GrpcAnswer.From(response);
        if (HasBody(request, response))
            attempt.AnnouncedLength = response.Content.Headers.ContentLength;
        attempt.EndsWithConnection = EndsWithConnection(request, response);
        // After its framing was read: some name Transfer-Encoding there.
        DropConnectionHeaders(response);
        return response;
    }

    /// <summary>A cut of such an answer cannot be told from its end.</summary>
    internal static bool EndsWithConnection(HttpRequestMessage request, HttpResponseMessage response) =>
        HasBody(request, response) && response.Version.Major == 1 && response.Content.Headers.ContentLength is null && response.Headers.TransferEncodingChunked != true;

    private static void Prepare(HttpRequestMessage request, ForwardAttempt attempt)
    {
        var content = new OneShotContent(attempt);
        if (request.Content is { } copied)
        {
            foreach (var (name, values) in copied.Headers.NonValidated)
            {
                if (!string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase))
                    content.Headers.TryAddWithoutValidation(name, values);
            }
        }
        request.Content = content;
        request.Headers.ExpectContinue = null;
        request.Headers.TransferEncodingChunked = null;
        // HTTP/1.1 unless the cluster insists on another version: HTTP/2 has more ways to lose a request that only a re-send would mend.
        if (request.VersionPolicy != HttpVersionPolicy.RequestVersionExact)
            request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
    }

    /// <summary>
    /// What the provider names in Connection is between it and us (RFC 9110 §7.6.1); YARP drops the header and would pass on what it names. Headers that describe the
    /// content belong to the content even if Connection names them, and removing them from here would throw.
    /// </summary>
    private static void DropConnectionHeaders(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.Contains("Connection"))
            return;
        foreach (var name in response.Headers.Connection.ToArray())
        {
            if (response.Headers.NonValidated.Contains(name))
                response.Headers.Remove(name);
        }
    }

    private static bool HasBody(HttpRequestMessage request, HttpResponseMessage response) =>
        request.Method != HttpMethod.Head && (int)response.StatusCode is >= 200 and not (204 or 304);
}
