namespace IdempotencyGateway.Configuration;

/// <summary>Where and how records are stored.</summary>
public sealed record StoreSnapshot
{
    public StoreKind Kind { get; init; } = StoreKind.Sqlite;

    /// <summary>A full path.</summary>
    public required string SqlitePath { get; init; }

    /// <summary>With fewer free bytes than this on the database's volume, new claims are refused (503).</summary>
    public long SqliteMinimumFreeBytes { get; init; } = 64 * 1024 * 1024;

    public RedisSnapshot Redis { get; init; } = new();

    /// <summary>Used only with <see cref="StoreKind.RedLock"/>.</summary>
    public RedLockSnapshot RedLock { get; init; } = new();

    /// <summary>The file that holds the 32-byte store secret. It is created at the first start, readable by its owner only.</summary>
    public required string SecretFile { get; init; }

    public EncryptionSnapshot Encryption { get; init; } = new();
}

public enum StoreKind
{
    /// <summary>Embedded: one file, owned by one process.</summary>
    Sqlite,

    /// <summary>Shared by several gateways: one server, a master managed by Sentinel, or a Cluster.</summary>
    Redis,

    /// <summary>Records are in Redis; a quorum of independent nodes guards against their loss.</summary>
    RedLock,
}
