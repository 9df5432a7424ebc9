namespace IdempotencyGateway.Configuration;

/// <summary>How records are encrypted at rest.</summary>
public sealed record EncryptionSnapshot
{
    /// <summary>Off, answers lie in the store as they are, and encrypted ones cannot be read.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Null: one key, derived from the store secret.</summary>
    public string? KeyRingFile { get; init; }
}
