namespace IdempotencyGateway.Core.Bodies;

/// <summary>The media types that JSON goes by.</summary>
public static class JsonMediaType
{
    /// <summary>JSON itself, or a format that is written in it (RFC 6839 §3.1).</summary>
    /// <param name="type">Without parameters.</param>
    public static bool Is(ReadOnlySpan<char> type) =>
        type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
}
