namespace IdempotencyGateway.Providers;

/// <summary>The result of a token request: exactly one of the two cases below.</summary>
internal abstract record TokenAnswer
{
    private TokenAnswer()
    {
    }

    /// <param name="Lifetime">Counted from the time of the request.</param>
    public sealed record Granted(AccessToken Token, TimeSpan Lifetime) : TokenAnswer;

    /// <param name="Reason">Why there is no token. Quotes nothing that was sent or received.</param>
    public sealed record Failed(string Reason) : TokenAnswer;
}
