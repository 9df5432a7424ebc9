namespace IdempotencyGateway.Tokens;

/// <summary>The result of verifying a token: exactly one of the three cases below.</summary>
internal abstract record TokenReading
{
    private TokenReading()
    {
    }

    /// <param name="Claims">Names and values of the claims that identify the caller, in the order of the issuer's configuration.</param>
    public sealed record Valid(IReadOnlyList<KeyValuePair<string, string>> Claims) : TokenReading
    {
        public required VerifiedToken Token { get; init; }
    }

    /// <param name="Why">The reason, for the client's developer. Contains nothing of the token.</param>
    public sealed record Invalid(string Why) : TokenReading;

    /// <summary>The token could not be verified, because the issuer's keys cannot be fetched.</summary>
    public sealed record Unchecked(TimeSpan RetryAfter) : TokenReading;
}
