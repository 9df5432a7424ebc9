namespace IdempotencyGateway.Configuration;

/// <summary>Where records live.</summary>
public sealed record StoreSnapshot
{
    public StoreKind Kind { get; init; } = StoreKind.Sqlite;

    /// <summary>Relative to the configuration file's folder.</summary>
    public required string SqlitePath { get; init; }

    /// <summary>Below this many free bytes on the database's volume nothing new is claimed (503).</summary>
    public long SqliteMinimumFreeBytes { get; init; } = 64 * 1024 * 1024;

    public RedisSnapshot Redis { get; init; } = new();

    /// <summary>Always read; used with <see cref="StoreKind.RedLock"/>.</summary>
    public RedLockSnapshot RedLock { get; init; } = new();

    /// <summary>Holds the 32-byte store secret; made on first start, readable by its owner only.</summary>
    public required string SecretFile { get; init; }

    public EncryptionSnapshot Encryption { get; init; } = new();
}

public enum StoreKind
{
    /// <summary>Embedded: one file, owned by one process.</summary>
    Sqlite,

    /// <summary>Shared by a fleet: one server, one under Sentinel, or a Cluster.</summary>
    Redis,

    /// <summary>Records in Redis, and a quorum of independent nodes that guards against losing them.</summary>
    RedLock,
}
