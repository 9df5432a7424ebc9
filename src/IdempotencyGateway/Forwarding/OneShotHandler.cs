using System.Net;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// The handler between YARP and the HTTP client. It re-frames a request that has a <see cref="ForwardAttempt"/> from the gateway's copy of the body, removes what would make the HTTP
/// client re-send it, and pins its HTTP version. All other requests pass unchanged.
/// </summary>
internal sealed class OneShotHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Options.TryGetValue(ForwardAttempt.OptionsKey, out var attempt)
            ? SendOnceAsync(request, attempt, cancellationToken)
            : base.SendAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, ForwardAttempt attempt, CancellationToken cancellationToken)
    {
        if (!attempt.TryHandOver())
            throw new InvalidOperationException("a guarded request was handed to the HTTP client a second time");
        Prepare(request, attempt);
        var response = await base.SendAsync(request, cancellationToken);
        attempt.Status = (int)response.StatusCode;
        attempt.Grpc = GrpcAnswer.From(response);
        if (HasBody(request, response))
            attempt.AnnouncedLength = response.Content.Headers.ContentLength;
        attempt.EndsWithConnection = EndsWithConnection(request, response);
        // Only after the framing was read, because some providers name Transfer-Encoding in Connection.
        DropConnectionHeaders(response);
        return response;
    }

    /// <summary>Whether only the end of the connection ends the answer's body, so that a truncated answer looks like a complete one.</summary>
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
        // HTTP/1.1 unless the cluster requires another version: on HTTP/2 more failures can only be recovered by a re-send, which is forbidden here.
        if (request.VersionPolicy != HttpVersionPolicy.RequestVersionExact)
            request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
    }

    /// <summary>
    /// Removes the headers that Connection names, which are hop-by-hop (RFC 9110 §7.6.1): YARP drops Connection itself but would forward them. Content headers are left, even if
    /// Connection names them; they are not in this collection, and removing them here would throw.
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
