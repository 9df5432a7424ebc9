using System.Buffers.Text;
using System.Text;
using IdempotencyGateway.Core.Bodies;
using Microsoft.Extensions.Primitives;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// Reads a claim of a bearer token (RFC 7519) without checking the token. Good for telling requests about one person from those about another, and for nothing else: who may do what is
/// decided behind the gateway.
/// </summary>
internal static class BearerClaims
{
    private const string Scheme = "Bearer ";
    private const int MaxTokenLength = 8192;

    /// <param name="issuer">Who the token says it is from; "" when it does not.</param>
    /// <returns>Null when there is no such token or claim.</returns>
    public static string? Find(StringValues authorization, string claim, out string issuer)
    {
        issuer = "";
        if (authorization is not [{ Length: > 7 and <= MaxTokenLength } only] || !only.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var parts = only[Scheme.Length..].Split('.');
        if (parts.Length != 3 || !Base64Url.IsValid(parts[1]))
            return null;
        var payload = Base64Url.DecodeFromChars(parts[1]);
        issuer = Read(payload, "iss") ?? "";
        return Read(payload, claim);
    }

    private static string? Read(byte[] payload, string claim) =>
        JsonPointer.TryParse("/" + claim.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal), out var pointer)
            ? pointer.FindText(payload)
            : null;
}
