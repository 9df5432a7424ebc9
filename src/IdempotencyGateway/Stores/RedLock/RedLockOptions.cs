using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>The nodes that guard against losing the record store, and how long they may take.</summary>
public sealed record RedLockOptions
{
    /// <summary>An odd number of independent Redis servers: not replicas of each other, not a Cluster, and none of them the record store.</summary>
    public required IReadOnlyList<RedisAddress> Nodes { get; init; }

    /// <summary>How much time the nodes may add to one operation, in one or two rounds. Default 200 ms. Without a majority by then, nothing is sent (503).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a node keeps the reservation of an owner that died. Default 10 s. Should be many times <see cref="Timeout"/>.</summary>
    public TimeSpan ClaimTimeToLive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>All keys on the nodes begin with this and a colon. Default <c>idempotency-guard</c>.</summary>
    public string KeyPrefix { get; init; } = "idempotency-guard";

    /// <summary>How long opening waits for a node that does not answer; then it is retried in the background. Default 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>With this many replies outstanding a node counts as unreachable. Default 4096. Bounds the memory that a paused node costs.</summary>
    public int UnansweredLimit { get; init; } = 4096;
}
