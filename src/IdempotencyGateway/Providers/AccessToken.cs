namespace IdempotencyGateway.Providers;

/// <summary>A bearer token. Never printed.</summary>
public sealed record AccessToken(string Value)
{
    public override string ToString() => "(not shown)";
}
