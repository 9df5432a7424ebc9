namespace IdempotencyGateway.Providers;

/// <summary>A bearer token for a provider. Its text is never printed.</summary>
public sealed record AccessToken(string Value)
{
    public override string ToString() => "(not shown)";
}
