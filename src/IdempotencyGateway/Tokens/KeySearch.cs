using Microsoft.IdentityModel.Tokens;

namespace IdempotencyGateway.Tokens;

/// <summary>The result of looking for a token's key: exactly one of the three cases below.</summary>
internal abstract record KeySearch
{
    private KeySearch()
    {
    }

    /// <param name="Keys">The keys that may have signed the token; never empty.</param>
    public sealed record Found(IReadOnlyList<SecurityKey> Keys) : KeySearch;

    /// <summary>The issuer has no such key, as of now.</summary>
    public sealed record None : KeySearch
    {
        public static readonly None Instance = new();
    }

    /// <summary>The issuer's keys could not be fetched.</summary>
    public sealed record Unavailable(TimeSpan RetryAfter) : KeySearch;
}
