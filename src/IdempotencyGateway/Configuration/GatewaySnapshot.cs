using System.Collections.Frozen;
using System.Net;
using IdempotencyGateway.Intake;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration;

/// <summary>One whole, validated configuration. Immutable: a reload replaces it, a request keeps the one it began with.</summary>
public sealed record GatewaySnapshot
{
    public required ListenSnapshot Listen { get; init; }

    public required StoreSnapshot Store { get; init; }

    public LimitsSnapshot Limits { get; init; } = new();

    public CacheSnapshot Cache { get; init; } = new();

    public ProblemsSnapshot Problems { get; init; } = new();

    public ShutdownSnapshot Shutdown { get; init; } = new();

    /// <summary>Peers whose caller header counts, for <see cref="CallerScopeKind.Header"/>.</summary>
    public IReadOnlyList<IPNetwork> TrustedPeers { get; init; } = [];

    /// <summary>By name.</summary>
    public required FrozenDictionary<string, IdempotencyPolicy> Policies { get; init; }

    /// <summary>By route id; routes that are not here are not guarded.</summary>
    public required FrozenDictionary<string, GuardedRoute> GuardedRoutes { get; init; }

    public required IReadOnlyList<RouteConfig> Routes { get; init; }

    public required IReadOnlyList<ClusterConfig> Clusters { get; init; }
}

/// <summary>Where the gateway listens.</summary>
/// <param name="Proxy">Clients come here. At least one absolute http URL; port 0 picks a free one.</param>
/// <param name="Admin">Health and operations, on an address of its own; null switches it off.</param>
public sealed record ListenSnapshot(IReadOnlyList<Uri> Proxy, Uri? Admin);

public enum StoreKind
{
    Sqlite,
}

public sealed record StoreSnapshot
{
    public StoreKind Kind { get; init; } = StoreKind.Sqlite;

    /// <summary>Relative to the configuration file's folder.</summary>
    public required string SqlitePath { get; init; }

    /// <summary>Below this many free bytes on the database's volume nothing new is claimed (503).</summary>
    public long SqliteMinimumFreeBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Holds the 32-byte store secret; made on first start, readable by its owner only.</summary>
    public required string SecretFile { get; init; }
}

public sealed record LimitsSnapshot
{
    /// <summary>All request bodies of guarded routes in memory together, in bytes; beyond it 503.</summary>
    public long BufferedBodiesBytes { get; init; } = 256 * 1024 * 1024;
}

/// <summary>The copies of completed records that each process keeps in memory.</summary>
public sealed record CacheSnapshot
{
    /// <summary>0 switches them off.</summary>
    public long MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The longest a copy may outlive an erasure that this process did not hear of.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(1);
}

public sealed record ProblemsSnapshot
{
    /// <summary>The page that explains each problem under a fragment of its own; every problem's type is this + '#' + its code.</summary>
    public string TypeBase { get; init; } = "urn:idempotency-gateway:problems";
}

public sealed record ShutdownSnapshot
{
    /// <summary>How long exchanges under way may take to finish and be recorded after SIGTERM.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);
}
