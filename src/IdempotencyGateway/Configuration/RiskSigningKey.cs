namespace IdempotencyGateway.Configuration;

/// <summary>A key that signs risk headers, so that a backend can verify that they are the gateway's. Never printed.</summary>
/// <param name="Name">Sent with the signature, so that the backend knows which key to verify it with.</param>
/// <param name="Bytes">32 bytes or more.</param>
public sealed record RiskSigningKey(string Name, ReadOnlyMemory<byte> Bytes)
{
    public override string ToString() => $"{Name} (not shown)";
}
