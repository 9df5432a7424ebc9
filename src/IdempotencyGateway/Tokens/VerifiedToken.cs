namespace IdempotencyGateway.Tokens;

/// <summary>A bearer token of which every check held: noted on the request by whoever checked it, so that nobody reads claims of another.</summary>
internal sealed record VerifiedToken(SignedToken Token)
{
    /// <returns>Null unless it is there as text that is not empty.</returns>
    public string? Claim(string name) => Token.Claim(name);
}
