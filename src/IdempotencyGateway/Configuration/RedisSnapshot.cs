namespace IdempotencyGateway.Configuration;

/// <summary>Which Redis the records live in, and what is asked of it.</summary>
public sealed record RedisSnapshot
{
    /// <summary>One node, or some of a Cluster's or of a master and its replicas; the others are found through them. Not used with Sentinel.</summary>
    public IReadOnlyList<RedisAddress> Endpoints { get; init; } = [new("localhost", 6379)];

    /// <summary>Null where no Sentinel watches over the master.</summary>
    public RedisSentinelSnapshot? Sentinel { get; init; }

    /// <summary>Null means Redis's own user, <c>default</c>.</summary>
    public string? User { get; init; }

    /// <summary>From the environment.</summary>
    public RedisPassword? Password { get; init; }

    /// <summary>A file that holds nothing but the password; read when the store is opened.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Null means plain TCP.</summary>
    public RedisTlsSnapshot? Tls { get; init; }

    /// <summary>A Cluster has only 0.</summary>
    public int Database { get; init; }

    /// <summary>All names begin with it and a colon. 1 to 64 of letters, digits, <c>-</c>, <c>_</c>, <c>.</c>; a store with another one holds other records.</summary>
    public string KeyPrefix { get; init; } = "ig";

    /// <summary>One operation, from asking to answer; after this nobody waits for it any more.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many replicas must have the permission to send before anything is sent. 0: the master's word is enough.</summary>
    public int DurableReplicas { get; init; }

    /// <summary>How long they may take; then nothing is sent (503).</summary>
    public TimeSpan DurableTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Start-up checks that the configuration waives.</summary>
    public IReadOnlySet<RedisAllowance> Allow { get; init; } = new HashSet<RedisAllowance>();
}

/// <param name="Host">A name or an IP address.</param>
public sealed record RedisAddress(string Host, int Port)
{
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}

/// <param name="Service">The master's name in Sentinel's configuration.</param>
public sealed record RedisSentinelSnapshot(IReadOnlyList<RedisAddress> Endpoints, string Service);

/// <summary>Never printed.</summary>
public sealed record RedisPassword(string Value)
{
    public override string ToString() => "(not shown)";
}

/// <param name="CaFile">PEM; who may sign the server's certificate, instead of the machine's own list.</param>
/// <param name="CertificateFile">PEM; this client's certificate, if the server asks for one.</param>
/// <param name="KeyFile">PEM; its key.</param>
public sealed record RedisTlsSnapshot(string? CaFile, string? CertificateFile, string? KeyFile);

/// <summary>A start-up check to waive, by name.</summary>
public enum RedisAllowance
{
    /// <summary>Under memory pressure Redis may drop records before their time, and their keys run again.</summary>
    Eviction,

    /// <summary>A restart of Redis loses every record.</summary>
    NoPersistence,

    /// <summary>Fewer replicas are attached at the start than <see cref="RedisSnapshot.DurableReplicas"/>; claims are refused until they come.</summary>
    FewReplicas,
}
