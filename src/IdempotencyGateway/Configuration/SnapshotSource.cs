namespace IdempotencyGateway.Configuration;

/// <summary>The configuration in force. Whoever serves a request takes <see cref="Current"/> once and keeps that one to the end of it.</summary>
public sealed class SnapshotSource(GatewaySnapshot initial)
{
    private volatile GatewaySnapshot _current = initial;

    public GatewaySnapshot Current => _current;
}
