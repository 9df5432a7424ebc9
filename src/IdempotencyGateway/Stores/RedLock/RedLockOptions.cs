using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>The nodes that guard against losing the record store, and how long they may take.</summary>
public sealed record RedLockOptions
{
    /// <summary>An odd number of independent Redis servers: no replicas of each other, no Cluster, and none of them the record store.</summary>
    public required IReadOnlyList<RedisAddress> Nodes { get; init; }

    /// <summary>All that the nodes may add to one operation, in one or two rounds. Default 200 ms. Without a majority by then nothing is sent (503).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a node keeps the reservation of an owner that vanished. Default 10 s; many times <see cref="Timeout"/>.</summary>
    public TimeSpan ClaimTimeToLive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>All names on the nodes begin with it and a colon. Default <c>idempotency-guard</c>.</summary>
    public string KeyPrefix { get; init; } = "idempotency-guard";

    /// <summary>How long opening may wait for a node that does not answer; it is tried again in the background. Default 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Questions a node may owe an answer before it counts as unreachable. Default 4096; bounds what a paused node costs in memory.</summary>
    public int UnansweredLimit { get; init; } = 4096;
}
