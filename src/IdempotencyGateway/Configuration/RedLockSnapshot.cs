namespace IdempotencyGateway.Configuration;

/// <summary>The independent Redis nodes whose quorum guards against a loss of the record store.</summary>
public sealed record RedLockSnapshot
{
    /// <summary>
    /// 3, 5 or 7 different nodes, which are not replicas of each other, not a Cluster, and none of them the record store. Empty only when the store is of another kind.
    /// </summary>
    public IReadOnlyList<RedisAddress> Nodes { get; init; } = [];

    /// <summary>The longest that the nodes may delay one operation. Without a majority by then, nothing is sent (503).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a node keeps the reservation of an owner that died before it had a majority.</summary>
    public TimeSpan ClaimTtl { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// As <see cref="RedisSnapshot.KeyPrefix"/>, for the names on the nodes. It is separate from that of the record store: a store that starts empty under a new prefix has lost its records, and
    /// the nodes must still know their claims.
    /// </summary>
    public string KeyPrefix { get; init; } = "idempotency-guard";

    /// <summary>How long opening waits for a node that does not answer; then it is retried in the background. Not a setting.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>With this many replies outstanding a node counts as unreachable, which bounds the memory that a paused node costs. Not a setting.</summary>
    public int UnansweredLimit { get; init; } = 4096;
}
