using System.Collections.Frozen;
using System.Net;
using IdempotencyGateway.Intake;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration;

/// <summary>A complete, validated configuration. Immutable: a reload replaces it, and a request keeps the one that it began with.</summary>
public sealed record GatewaySnapshot
{
    /// <summary>A digest of the settings: equal on all processes with the same settings.</summary>
    public string Revision { get; init; } = "0";

    /// <summary>Digests, by name, of the sections that take effect only at a start.</summary>
    public IReadOnlyDictionary<string, string> StartupSections { get; init; } = FrozenDictionary<string, string>.Empty;

    public required ListenSnapshot Listen { get; init; }

    public required StoreSnapshot Store { get; init; }

    public required AdminSnapshot Admin { get; init; }

    public LimitsSnapshot Limits { get; init; } = new();

    public CacheSnapshot Cache { get; init; } = new();

    public ProblemsSnapshot Problems { get; init; } = new();

    public ShutdownSnapshot Shutdown { get; init; } = new();

    public LoggingSnapshot Logging { get; init; } = new();

    /// <summary>The peers whose caller header is believed, with <see cref="CallerScopeKind.Header"/>.</summary>
    public IReadOnlyList<IPNetwork> TrustedPeers { get; init; } = [];

    /// <summary>By name, in any letter case.</summary>
    public FrozenDictionary<string, IssuerSnapshot> Issuers { get; init; } = FrozenDictionary<string, IssuerSnapshot>.Empty;

    /// <summary>By name, in any letter case.</summary>
    public required FrozenDictionary<string, IdempotencyPolicy> Policies { get; init; }

    /// <summary>By name, in any letter case.</summary>
    public FrozenDictionary<string, BackendPolicy> Backends { get; init; } = FrozenDictionary<string, BackendPolicy>.Empty;

    public FraudSnapshot Fraud { get; init; } = new();

    /// <summary>By route id. Other routes are not guarded.</summary>
    public required FrozenDictionary<string, GuardedRoute> GuardedRoutes { get; init; }

    /// <summary>By route id: routes that are not guarded, but for which it is counted what guarding them would do.</summary>
    public FrozenDictionary<string, GuardedRoute> DryRuns { get; init; } = FrozenDictionary<string, GuardedRoute>.Empty;

    /// <summary>By cluster id, in any letter case: the gateway's own credentials for the cluster.</summary>
    public FrozenDictionary<string, ProviderCredentials> Providers { get; init; } = FrozenDictionary<string, ProviderCredentials>.Empty;

    public required IReadOnlyList<RouteConfig> Routes { get; init; }

    public required IReadOnlyList<ClusterConfig> Clusters { get; init; }
}
