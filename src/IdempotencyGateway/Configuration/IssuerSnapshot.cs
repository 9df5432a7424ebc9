using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Configuration;

/// <summary>A token issuer: how its tokens are verified, and which claims name the caller.</summary>
public sealed record IssuerSnapshot
{
    public required string Name { get; init; }

    /// <summary>The exact value of <c>iss</c>.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>aud</c> must contain one of them.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>The address of a JWKS. If null, and there is no file, it is found by the issuer's discovery document.</summary>
    public Uri? KeysUrl { get; init; }

    /// <summary>The file that the keys were read from, JWKS or PEM; null when they come over the network.</summary>
    public ConfigurationFile? KeysFile { get; init; }

    public IReadOnlyList<TokenAlgorithm> Algorithms { get; init; } = [TokenAlgorithm.RS256, TokenAlgorithm.PS256, TokenAlgorithm.ES256];

    /// <summary>The claims that, with the issuer, name the caller. A token that lacks one is refused.</summary>
    public IReadOnlyList<string> CallerClaims { get; init; } = ["sub"];

    /// <summary>How far the issuer's clock may differ from this machine's.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The keys in <see cref="KeysFile"/>.</summary>
    internal VerificationKeys? FileKeys { get; init; }

    internal Uri DiscoveryUrl => new(Issuer.TrimEnd('/') + "/.well-known/openid-configuration");
}

/// <summary>The accepted signature algorithms: asymmetric ones only, which only the issuer can sign with, and never <c>none</c>.</summary>
public enum TokenAlgorithm
{
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    ES512,
}
