namespace IdempotencyGateway.Configuration;

/// <summary>Under which a backend checks that risk headers are the gateway's. Never printed.</summary>
/// <param name="Name">Sent along, so that the backend knows which of its keys to take.</param>
/// <param name="Bytes">32 or more.</param>
public sealed record RiskSigningKey(string Name, ReadOnlyMemory<byte> Bytes)
{
    public override string ToString() => $"{Name} (not shown)";
}
