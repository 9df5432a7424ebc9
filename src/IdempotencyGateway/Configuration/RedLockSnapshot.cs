namespace IdempotencyGateway.Configuration;

/// <summary>The independent Redis nodes that guard against losing the record store.</summary>
public sealed record RedLockSnapshot
{
    /// <summary>
    /// 3, 5 or 7 different ones: no replicas of each other, no Cluster, and none of them the record store. Empty only when the store is of another kind.
    /// </summary>
    public IReadOnlyList<RedisAddress> Nodes { get; init; } = [];

    /// <summary>All that the nodes may add to one operation; without a majority by then nothing is sent (503).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a node keeps the reservation of an owner that vanished before it was granted.</summary>
    public TimeSpan ClaimTtl { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>As <see cref="RedisSnapshot.KeyPrefix"/>, for the names on the nodes. One of its own: a record store that begins anew under another prefix is one that forgot.</summary>
    public string KeyPrefix { get; init; } = "idempotency-guard";

    /// <summary>How long opening may wait for a node that does not answer; it is tried again in the background. No setting.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Questions a node may owe an answer before it counts as unreachable: bounds what a paused node costs in memory. No setting.</summary>
    public int UnansweredLimit { get; init; } = 4096;
}
