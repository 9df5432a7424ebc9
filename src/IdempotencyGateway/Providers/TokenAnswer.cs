namespace IdempotencyGateway.Providers;

/// <summary>What asking for a token came to: exactly one of the two cases below.</summary>
internal abstract record TokenAnswer
{
    private TokenAnswer()
    {
    }

    /// <param name="Lifetime">From when it was asked for.</param>
    public sealed record Granted(AccessToken Token, TimeSpan Lifetime) : TokenAnswer;

    /// <param name="Reason">Quotes nothing that was sent or answered.</param>
    public sealed record Failed(string Reason) : TokenAnswer;
}
