using IdempotencyGateway.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace IdempotencyGateway.Tokens;

/// <summary>Verifies a signed JWT (RFC 7519): form, algorithm, issuer, signature, audience, times, and the claims that identify the caller. No check can be switched off.</summary>
internal sealed class TokenVerifier(IssuerKeys keys, TimeProvider clock)
{
    public async ValueTask<TokenReading> VerifyAsync(string text, IssuerSnapshot issuer)
    {
        if (SignedToken.Parse(text) is not { } token)
            return new TokenReading.Invalid("it is not a signed JWT.");
        if (AcceptedAlgorithm(token, issuer) is not { } algorithm)
            return new TokenReading.Invalid("it is signed with an algorithm that is not accepted here.");
        if (!string.Equals(token.Issuer, issuer.Issuer, StringComparison.Ordinal))
            return new TokenReading.Invalid("its issuer is not the one that this route trusts.");
        // Before any keys are fetched, so that a token that cannot be accepted costs no fetch.
        if (WrongTime(token, issuer) is { } why)
            return new TokenReading.Invalid(why);
        return await keys.FindAsync(issuer, token.KeyId, algorithm) switch
        {
            KeySearch.Found(var candidates) => await JudgeAsync(token, issuer, candidates),
            KeySearch.None => new TokenReading.Invalid("it is signed with a key that its issuer does not have."),
            KeySearch.Unavailable(var after) => new TokenReading.Unchecked(after),
            _ => throw new InvalidOperationException("no such search"),
        };
    }

    private static TokenAlgorithm? AcceptedAlgorithm(SignedToken token, IssuerSnapshot issuer)
    {
        foreach (var algorithm in issuer.Algorithms)
        {
            if (string.Equals(algorithm.ToString(), token.Algorithm, StringComparison.Ordinal))
                return algorithm;
        }
        return null;
    }

    private string? WrongTime(SignedToken token, IssuerSnapshot issuer)
    {
        var now = clock.GetUtcNow();
        if (token.Expires is not { } expires)
            return "it does not say when it expires, and only tokens that do are accepted.";
        if (now - expires >= issuer.ClockSkew)
            return "it has expired.";
        return token.HasInvalidNotBefore || token.NotBefore - now > issuer.ClockSkew ? "it is not valid yet." : null;
    }

    private static async Task<TokenReading> JudgeAsync(SignedToken token, IssuerSnapshot issuer, IReadOnlyList<SecurityKey> candidates)
    {
        var result = await Handler.Instance.ValidateTokenAsync(token.Jwt, new TokenValidationParameters
        {
            ValidIssuer = issuer.Issuer,
            ValidAudiences = issuer.Audiences,
            ValidAlgorithms = [token.Algorithm],
            IssuerSigningKeys = candidates,
            // The candidates are selected already, and keys from PEM have no id to be found by.
            TryAllIssuerSigningKeys = true,
            RequireSignedTokens = true,
            RequireAudience = true,
            // An audience must match exactly (RFC 7519 §4.1.3), like the issuer.
            IgnoreTrailingSlashWhenValidatingAudience = false,
            // Checked above, with the gateway's TimeProvider.
            ValidateLifetime = false,
            LogValidationExceptions = false,
        });
        if (!result.IsValid)
            return new TokenReading.Invalid(Why(result.Exception));
        var claims = new List<KeyValuePair<string, string>>(issuer.CallerClaims.Count);
        foreach (var name in issuer.CallerClaims)
        {
            if (token.Claim(name) is not { } value)
                return new TokenReading.Invalid($"it has no {name}, which names the caller on this route.");
            claims.Add(new(name, value));
        }
        return new TokenReading.Valid(claims) { Token = new(token) };
    }

    private static string Why(Exception? refusal) => refusal switch
    {
        SecurityTokenInvalidAudienceException => "its audience is not the one that this route requires.",
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException => "its signature is not its issuer's.",
        _ => "it is not valid.",
    };

    /// <summary>Created with the first token, so that a gateway without tokens does not load the JWT library.</summary>
    private static class Handler
    {
        public static JsonWebTokenHandler Instance { get; } = new() { MaximumTokenSizeInBytes = SignedToken.LongestInChars, MapInboundClaims = false };
    }
}
