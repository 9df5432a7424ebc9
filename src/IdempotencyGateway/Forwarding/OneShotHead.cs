namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Lets the HTTP client write the head of a guarded request only once. SocketsHttpHandler calls the header encoding selector for each header that it is about to write, on HTTP/1.1
/// and HTTP/2, and again when it re-sends by itself. A guarded request has exactly one Content-Length, so the first call for that name marks the attempt as begun. A second call
/// throws, while the second head is still in memory.
/// </summary>
internal static class OneShotHead
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
