namespace IdempotencyGateway.Core.Bodies;

/// <summary>Recognises the media types of JSON.</summary>
public static class JsonMediaType
{
    /// <summary>Whether the type is JSON itself or a format based on it (RFC 6839 §3.1).</summary>
    /// <param name="type">The media type without parameters.</param>
    public static bool Is(ReadOnlySpan<char> type) =>
        type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
}
