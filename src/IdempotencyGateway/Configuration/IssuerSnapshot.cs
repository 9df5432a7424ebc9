using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Configuration;

/// <summary>Whose tokens are believed, for whom they must be meant, and what in them names the caller.</summary>
public sealed record IssuerSnapshot
{
    public required string Name { get; init; }

    /// <summary>What <c>iss</c> must be, letter by letter.</summary>
    public required string Issuer { get; init; }

    /// <summary>One of them must be in <c>aud</c>.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>A JWKS; null finds it by the issuer's discovery document, unless there is a file.</summary>
    public Uri? KeysUrl { get; init; }

    /// <summary>The keys' file as it was read, JWKS or PEM; null when they come over the network.</summary>
    public ConfigurationFile? KeysFile { get; init; }

    public IReadOnlyList<TokenAlgorithm> Algorithms { get; init; } = [TokenAlgorithm.RS256, TokenAlgorithm.PS256, TokenAlgorithm.ES256];

    /// <summary>Together with the issuer they name the caller. A token that lacks one is nobody's.</summary>
    public IReadOnlyList<string> CallerClaims { get; init; } = ["sub"];

    /// <summary>How far the issuer's clock may be from this machine's.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What <see cref="KeysFile"/> holds.</summary>
    internal VerificationKeys? FileKeys { get; init; }

    internal Uri DiscoveryUrl => new(Issuer.TrimEnd('/') + "/.well-known/openid-configuration");
}

/// <summary>Signatures that only the issuer can make: nothing symmetric, and never none.</summary>
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
