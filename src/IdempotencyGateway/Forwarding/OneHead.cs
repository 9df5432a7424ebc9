namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Sees every attempt of the HTTP client to write a request, before it leaves: the client asks for the encoding of each header it is about to write, on HTTP/1.1
/// and HTTP/2, on first attempts and on re-sends of its own. A guarded request has exactly one Content-Length, so the first question about it marks
/// the attempt as begun, and a second one is refused: by throwing, while the head is still in memory.
/// </summary>
internal static class OneHead
{
    /// <param name="configured">What the cluster's configuration asks for, or null.</param>
    public static HeaderEncodingSelector<HttpRequestMessage> Watch(HeaderEncodingSelector<HttpRequestMessage>? configured) => (name, request) =>
    {
        if (string.Equals(name, "Content-Length", StringComparison.Ordinal)
            && request.Options.TryGetValue(ForwardAttempt.OptionsKey, out var attempt)
            && !attempt.TryBegin())
        {
            throw new InvalidOperationException("the HTTP client tried to send a guarded request a second time");
        }
        return configured?.Invoke(name, request);
    };
}
