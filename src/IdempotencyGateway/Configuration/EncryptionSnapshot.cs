namespace IdempotencyGateway.Configuration;

/// <summary>How records are encrypted at rest.</summary>
public sealed record EncryptionSnapshot
{
    /// <summary>If false, answers are stored in plain text, and encrypted ones cannot be read.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Null uses one key, which is derived from the store secret.</summary>
    public string? KeyRingFile { get; init; }
}
