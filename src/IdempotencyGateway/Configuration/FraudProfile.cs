using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Configuration;

/// <summary>How the requests of some routes are scored, and what follows from a score.</summary>
public sealed record FraudProfile
{
    public required string Name { get; init; }

    public required RiskModel Model { get; init; }

    /// <summary>All that scoring may take; what has not answered by then counts as missing.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(200);

    public OnDegraded OnDegraded { get; init; } = OnDegraded.Allow;

    /// <summary>Scores, counts and logs; nothing that is sent, or not sent, changes by it.</summary>
    public bool DryRun { get; init; }

    public IReadOnlyList<FraudList> Lists { get; init; } = [];

    public FraudDatabases Databases { get; init; } = new();

    /// <summary>Lists and databases.</summary>
    public IEnumerable<string> Files => [.. Lists.Select(list => list.Path), .. Databases.Files];

    /// <summary>Where the subject of a request (a person, an account) is found; the first place that has a value counts.</summary>
    public IReadOnlyList<RiskSubject> Subject { get; init; } = [];

    /// <summary>Whose tokens' claims count as a subject on routes whose callers are not identified by tokens; null trusts a claim no further than its sender.</summary>
    public IssuerSnapshot? Issuer { get; init; }

    /// <summary>Where a request declares its country, as ISO 3166-1 alpha-2; null when it declares none.</summary>
    public ValueSource? Country { get; init; }

    public IReadOnlyList<VelocityRule> Velocity { get; init; } = [];

    public IReadOnlyList<FraudEdge> Edges { get; init; } = [];

    public IReadOnlyList<ExternalSource> External { get; init; } = [];

    /// <summary>For each level above low; a level that is not here is only annotated.</summary>
    public IReadOnlyDictionary<RiskLevel, RiskAction> Actions
    {
        get;
        init => (field, Clusters) = (value, [.. value.Values.OfType<RiskAction.Route>().Select(route => route.Cluster).Distinct(StringComparer.OrdinalIgnoreCase)]);
    }
    = new Dictionary<RiskLevel, RiskAction>();

    /// <summary>The backend gets the verdict as headers.</summary>
    public bool InHeaders { get; init; } = true;

    /// <summary>The backend gets the verdict as an object at this place of a JSON body, too; null where the body stays as it came.</summary>
    public JsonPointer? InBody { get; init; }

    /// <summary>No body goes on with what its client wrote at the verdict's place. A dry run changes none.</summary>
    public bool WritesBody => InBody is not null && !DryRun;

    /// <summary>Null when headers are not signed.</summary>
    public RiskSigningKey? SignWith { get; init; }

    /// <summary>Something stands between the claim and the sending that is slow, or may be.</summary>
    public bool IsSlow => External.Count > 0;

    public RiskAction ActionFor(RiskLevel level) => Actions.GetValueOrDefault(level, RiskAction.Annotate.Instance);

    /// <summary>Clusters that an action may send a request to.</summary>
    public IReadOnlyList<string> Clusters { get; private init; } = [];

    /// <summary>Addresses, credentials and devices are counted, and so are callers' answers.</summary>
    public bool CountsCallers => Velocity.Count > 0;

    /// <summary>Nothing counts but the address and what the client says of itself: neither counts, nor other services, nor the request's body.</summary>
    public bool LooksAtSendersAlone => !CountsCallers && Subject.Count == 0 && Country is null && Edges.Count == 0 && External.Count == 0;
}

/// <summary>What is done with a request whose score may be too low, because a source was missing.</summary>
public enum OnDegraded
{
    /// <summary>What its score says.</summary>
    Allow,

    /// <summary>It is not sent.</summary>
    Block,
}
