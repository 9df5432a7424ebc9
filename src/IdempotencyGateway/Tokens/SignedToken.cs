using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace IdempotencyGateway.Tokens;

/// <summary>
/// A signed JWT in compact form (RFC 7515 §3.1), parsed but not verified. Refuses tokens with a duplicate member, which two parsers could read differently;
/// tokens with critical extensions (<c>crit</c>), none of which are supported; and tokens that are too long.
/// </summary>
internal sealed class SignedToken
{
    public const int LongestInChars = 16 * 1024;
    private const double LastSecond = 253402300799;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };
    private readonly JsonElement _payload;

    private SignedToken(JsonWebToken jwt, JsonElement header, JsonElement payload)
    {
        Jwt = jwt;
        _payload = payload;
        Algorithm = Text(header, "alg");
        KeyId = Text(header, "kid");
        Issuer = Text(payload, "iss");
    }

    /// <summary>The same token, as the signature check needs it.</summary>
    public JsonWebToken Jwt { get; }

    public string? Algorithm { get; }

    public string? KeyId { get; }

    public string? Issuer { get; }

    /// <summary>Null when the token has no expiry, or one that is not a time.</summary>
    public DateTimeOffset? Expires => Time("exp");

    /// <summary>Null when the token has no such bound, or one that is not a time.</summary>
    public DateTimeOffset? NotBefore => Time("nbf");

    /// <summary>Whether the token has an <c>nbf</c> that is not a time.</summary>
    public bool HasInvalidNotBefore => _payload.TryGetProperty("nbf"u8, out _) && NotBefore is null;

    /// <returns>Null if the text is no such token.</returns>
    public static SignedToken? Parse(string token)
    {
        if (token.Length > LongestInChars || token.Split('.') is not [{ Length: > 0 } first, { Length: > 0 } second, { Length: > 0 }])
            return null;
        try
        {
            using var header = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(first), Strict);
            using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(second), Strict);
            if (header.RootElement.ValueKind != JsonValueKind.Object || payload.RootElement.ValueKind != JsonValueKind.Object
                || header.RootElement.TryGetProperty("crit"u8, out _))
            {
                return null;
            }
            return new(new JsonWebToken(token), header.RootElement.Clone(), payload.RootElement.Clone());
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException or SecurityTokenException)
        {
            return null;
        }
    }

    /// <returns>Null unless the claim is a string that is not empty.</returns>
    public string? Claim(string name) => Text(_payload, name) is { Length: > 0 } text ? text : null;

    private static string? Text(JsonElement part, string name) =>
        part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private DateTimeOffset? Time(string name) =>
        _payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and <= LastSecond
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;
}
