namespace IdempotencyGateway.Tokens;

/// <summary>What came of checking a token: exactly one of the three cases below.</summary>
internal abstract record TokenReading
{
    private TokenReading()
    {
    }

    /// <param name="Claims">Name and value of those that name the caller, in the issuer's order.</param>
    public sealed record Valid(IReadOnlyList<KeyValuePair<string, string>> Claims) : TokenReading
    {
        public required VerifiedToken Token { get; init; }
    }

    /// <param name="Why">For the developer who reads the answer; nothing of the token is in it.</param>
    public sealed record Invalid(string Why) : TokenReading;

    /// <summary>It may be good or bad: the keys to tell are not to be had.</summary>
    public sealed record Unchecked(TimeSpan RetryAfter) : TokenReading;
}
