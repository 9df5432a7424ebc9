using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Configuration;

/// <summary>How the requests of some routes are scored for fraud, and what is done about a score.</summary>
public sealed record FraudProfile
{
    public required string Name { get; init; }

    public required RiskModel Model { get; init; }

    /// <summary>The time limit of scoring as a whole. A source that has not answered by then counts as missing.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(200);

    public OnDegraded OnDegraded { get; init; } = OnDegraded.Allow;

    /// <summary>Requests are scored, counted and logged, but sent as without the profile.</summary>
    public bool DryRun { get; init; }

    public IReadOnlyList<FraudList> Lists { get; init; } = [];

    public FraudDatabases Databases { get; init; } = new();

    /// <summary>The files of lists and databases.</summary>
    public IEnumerable<string> Files => [.. Lists.Select(list => list.Path), .. Databases.Files];

    /// <summary>The places that may name the subject of a request (a person, an account); the first one with a value is used.</summary>
    public IReadOnlyList<RiskSubject> Subject { get; init; } = [];

    /// <summary>The issuer whose tokens are verified to read a subject from a claim, on routes whose callers are not identified by tokens. If null, claims are not verified there.</summary>
    public IssuerSnapshot? Issuer { get; init; }

    /// <summary>The place at which a request declares a country, as ISO 3166-1 alpha-2; null when requests declare none.</summary>
    public ValueSource? Country { get; init; }

    public IReadOnlyList<VelocityRule> Velocity { get; init; } = [];

    public IReadOnlyList<FraudEdge> Edges { get; init; } = [];

    public IReadOnlyList<ExternalSource> External { get; init; } = [];

    /// <summary>The action for each level above low. A request of a level without an action is only annotated.</summary>
    public IReadOnlyDictionary<RiskLevel, RiskAction> Actions
    {
        get;
        init => (field, Clusters) = (value, [.. value.Values.OfType<RiskAction.Route>().Select(route => route.Cluster).Distinct(StringComparer.OrdinalIgnoreCase)]);
    }
    = new Dictionary<RiskLevel, RiskAction>();

    /// <summary>Whether the backend gets the verdict as headers.</summary>
    public bool InHeaders { get; init; } = true;

    /// <summary>The place in a JSON body at which the backend gets the verdict as an object; null leaves bodies as they are.</summary>
    public JsonPointer? InBody { get; init; }

    /// <summary>Whether bodies are changed. Then no body is forwarded with a value that the client wrote at the verdict's place. A dry run changes none.</summary>
    public bool WritesBody => InBody is not null && !DryRun;

    /// <summary>Null when headers are not signed.</summary>
    public RiskSigningKey? SignWith { get; init; }

    /// <summary>Whether scoring may be slow. It runs between the claim and the sending, so the claim then takes its two-step form.</summary>
    public bool IsSlow => External.Count > 0;

    public RiskAction ActionFor(RiskLevel level) => Actions.GetValueOrDefault(level, RiskAction.Annotate.Instance);

    /// <summary>The clusters that an action may route a request to.</summary>
    public IReadOnlyList<string> Clusters { get; private init; } = [];

    /// <summary>Whether addresses, credentials and devices are counted, and so are callers' answers.</summary>
    public bool CountsCallers => Velocity.Count > 0;

    /// <summary>Whether the score depends only on the client's address and on what the client's software reveals: not on counts, external services or the request's body.</summary>
    public bool LooksAtSendersAlone => !CountsCallers && Subject.Count == 0 && Country is null && Edges.Count == 0 && External.Count == 0;
}

/// <summary>What is done with a request whose score may be too low because a source was missing.</summary>
public enum OnDegraded
{
    /// <summary>It is treated by its score.</summary>
    Allow,

    /// <summary>It is not sent.</summary>
    Block,
}
