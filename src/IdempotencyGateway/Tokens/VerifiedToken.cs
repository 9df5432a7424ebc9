namespace IdempotencyGateway.Tokens;

/// <summary>A bearer token that passed every check. It is a feature of the request, so that claims are read from verified tokens only.</summary>
internal sealed record VerifiedToken(SignedToken Token)
{
    /// <returns>Null unless the claim is a string that is not empty.</returns>
    public string? Claim(string name) => Token.Claim(name);
}
