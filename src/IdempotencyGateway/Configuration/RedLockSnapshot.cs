namespace IdempotencyGateway.Configuration;

/// <summary>The independent Redis nodes whose quorum guards against a loss of the record store.</summary>
public sealed record RedLockSnapshot
{
    /// <summary>3, 5 or 7 different nodes; empty only when the store is of another kind.</summary>
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
}
