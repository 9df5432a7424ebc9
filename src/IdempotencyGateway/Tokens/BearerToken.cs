namespace IdempotencyGateway.Tokens;

/// <summary>The token that a request bears (RFC 6750 §2.1), as text that nobody has checked.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <returns>Null when there is none, or more than one Authorization: nobody could say which of them counts.</returns>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } only] && only.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? only[Scheme.Length..].Trim() : null;
}
