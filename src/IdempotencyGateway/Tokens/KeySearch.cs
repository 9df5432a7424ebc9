using Microsoft.IdentityModel.Tokens;

namespace IdempotencyGateway.Tokens;

/// <summary>What came of looking for a token's key: exactly one of the three cases below.</summary>
internal abstract record KeySearch
{
    private KeySearch()
    {
    }

    /// <param name="Keys">One of them may have signed it; never empty.</param>
    public sealed record Found(IReadOnlyList<SecurityKey> Keys) : KeySearch;

    /// <summary>The issuer has no such key, as of now.</summary>
    public sealed record None : KeySearch
    {
        public static readonly None Instance = new();
    }

    /// <summary>The issuer could not be asked.</summary>
    public sealed record Unavailable(TimeSpan RetryAfter) : KeySearch;
}
