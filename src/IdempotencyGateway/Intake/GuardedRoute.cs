using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Intake;

/// <summary>A route and the policy it is guarded by.</summary>
/// <param name="Backends">Chooses the cluster for each request; null if all requests go to the cluster that YARP's route names.</param>
public sealed record GuardedRoute(string RouteId, IdempotencyPolicy Policy, BackendPolicy? Backends = null)
{
    /// <summary>The route's shorter retentions before a reload lengthened them, while records made under them may exist; otherwise empty.</summary>
    public IReadOnlyList<EarlierRetention> Earlier { get; init; } = [];

    /// <summary>Whether requests with this method are guarded; others pass through.</summary>
    public bool Guards(string method) => Policy.Methods.Contains(method);

    /// <summary>The shortest time for which the record of a request first sent at <paramref name="sent"/> is kept.</summary>
    public TimeSpan RetentionOf(DateTimeOffset sent)
    {
        var shortest = Policy.Retention;
        foreach (var (until, retention) in Earlier)
        {
            if (sent < until && retention < shortest)
                shortest = retention;
        }
        return shortest;
    }
}

/// <summary>The retention of records that were made before <paramref name="Until"/>.</summary>
public sealed record EarlierRetention(DateTimeOffset Until, TimeSpan Retention);
