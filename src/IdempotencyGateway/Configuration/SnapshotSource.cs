namespace IdempotencyGateway.Configuration;

/// <summary>Holds the configuration in force.</summary>
public sealed class SnapshotSource(GatewaySnapshot initial)
{
    public GatewaySnapshot Current { get; } = initial;
}
