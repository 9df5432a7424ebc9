namespace IdempotencyGateway.Tokens;

/// <summary>Reads a request's bearer token (RFC 6750 §2.1), unverified.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <returns>Null when there is none, or more than one Authorization header, because it would be a guess which one is meant.</returns>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } only] && only.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? only[Scheme.Length..].Trim() : null;
}
