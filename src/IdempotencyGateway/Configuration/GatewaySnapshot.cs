using System.Collections.Frozen;
using System.Net;
using IdempotencyGateway.Intake;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration;

/// <summary>One whole, validated configuration. Immutable: a reload replaces it, a request keeps the one it began with.</summary>
public sealed record GatewaySnapshot
{
    /// <summary>A name for its content: the same on every process that is configured alike.</summary>
    public string Revision { get; init; } = "0";

    /// <summary>What the sections say that only a start can apply, by name, as digests.</summary>
    public IReadOnlyDictionary<string, string> StartupSections { get; init; } = FrozenDictionary<string, string>.Empty;

    public required ListenSnapshot Listen { get; init; }

    public required StoreSnapshot Store { get; init; }

    public required AdminSnapshot Admin { get; init; }

    public LimitsSnapshot Limits { get; init; } = new();

    public CacheSnapshot Cache { get; init; } = new();

    public ProblemsSnapshot Problems { get; init; } = new();

    public ShutdownSnapshot Shutdown { get; init; } = new();

    public LoggingSnapshot Logging { get; init; } = new();

    /// <summary>Peers whose caller header counts, for <see cref="CallerScopeKind.Header"/>.</summary>
    public IReadOnlyList<IPNetwork> TrustedPeers { get; init; } = [];

    /// <summary>By name, in any letter case.</summary>
    public FrozenDictionary<string, IssuerSnapshot> Issuers { get; init; } = FrozenDictionary<string, IssuerSnapshot>.Empty;

    /// <summary>By name, in any letter case.</summary>
    public required FrozenDictionary<string, IdempotencyPolicy> Policies { get; init; }

    /// <summary>By name, in any letter case.</summary>
    public FrozenDictionary<string, BackendPolicy> Backends { get; init; } = FrozenDictionary<string, BackendPolicy>.Empty;

    public FraudSnapshot Fraud { get; init; } = new();

    /// <summary>By route id; routes that are not here are not guarded.</summary>
    public required FrozenDictionary<string, GuardedRoute> GuardedRoutes { get; init; }

    /// <summary>By route id: routes that are not guarded, and of which it is counted what guarding them would do.</summary>
    public FrozenDictionary<string, GuardedRoute> DryRuns { get; init; } = FrozenDictionary<string, GuardedRoute>.Empty;

    /// <summary>By cluster id, in any letter case: the credentials that the gateway shows there.</summary>
    public FrozenDictionary<string, ProviderCredentials> Providers { get; init; } = FrozenDictionary<string, ProviderCredentials>.Empty;

    public required IReadOnlyList<RouteConfig> Routes { get; init; }

    public required IReadOnlyList<ClusterConfig> Clusters { get; init; }
}
