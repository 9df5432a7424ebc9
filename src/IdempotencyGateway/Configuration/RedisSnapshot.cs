namespace IdempotencyGateway.Configuration;

/// <summary>The Redis that stores records, and what is required of it.</summary>
public sealed record RedisSnapshot
{
    /// <summary>One server, or some of the servers of a Cluster or of a master with replicas, through which the others are found. Not used with Sentinel.</summary>
    public IReadOnlyList<RedisAddress> Endpoints { get; init; } = [new("localhost", 6379)];

    /// <summary>Null when the master is not managed by Sentinel.</summary>
    public RedisSentinelSnapshot? Sentinel { get; init; }

    /// <summary>Null means Redis's own user, <c>default</c>.</summary>
    public string? User { get; init; }

    /// <summary>From the environment.</summary>
    public RedisPassword? Password { get; init; }

    /// <summary>A file that holds only the password; read when the store is opened.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Null means plain TCP.</summary>
    public RedisTlsSnapshot? Tls { get; init; }

    /// <summary>The database's number. A Cluster has only database 0.</summary>
    public int Database { get; init; }

    /// <summary>All Redis keys begin with this prefix and a colon. 1 to 64 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>. Another prefix means another, empty store.</summary>
    public string KeyPrefix { get; init; } = "ig";

    /// <summary>The timeout of one operation, from call to reply.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many replicas must have acknowledged a claim before the request is sent. 0 relies on the master alone.</summary>
    public int DurableReplicas { get; init; }

    /// <summary>How long to wait for these acknowledgements; after that nothing is sent (503).</summary>
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

/// <summary>A password that is never printed.</summary>
public sealed record RedisPassword(string Value)
{
    public override string ToString() => "(not shown)";
}

/// <param name="CaFile">PEM: the roots of the server's certificate, instead of the machine's trust store.</param>
/// <param name="CertificateFile">PEM: the gateway's client certificate, if the server asks for one.</param>
/// <param name="KeyFile">PEM: the certificate's key.</param>
public sealed record RedisTlsSnapshot(string? CaFile, string? CertificateFile, string? KeyFile);

/// <summary>A start-up check to waive, by name.</summary>
public enum RedisAllowance
{
    /// <summary>Under memory pressure Redis may drop records before they expire, so that retries are executed again.</summary>
    Eviction,

    /// <summary>A restart of Redis loses every record.</summary>
    NoPersistence,

    /// <summary>At the start, fewer replicas are connected than <see cref="RedisSnapshot.DurableReplicas"/>. Claims are refused until enough are.</summary>
    FewReplicas,
}
