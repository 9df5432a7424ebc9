using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Intake;

/// <summary>A route and the policy it is guarded by.</summary>
/// <param name="Backends">Chooses its clusters; null for the one that YARP's route names.</param>
public sealed record GuardedRoute(string RouteId, IdempotencyPolicy Policy, BackendPolicy? Backends = null)
{
    /// <summary>Shorter retentions that this process had for the route before; empty unless a reload made it longer.</summary>
    public IReadOnlyList<EarlierRetention> Earlier { get; init; } = [];

    /// <summary>Other methods of the route pass through.</summary>
    public bool Guards(string method) => Policy.Methods.Contains(method);

    /// <summary>How long at least the record is kept of a request that was sent first at this time.</summary>
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

/// <summary>By how long records were kept that were made before that time.</summary>
public sealed record EarlierRetention(DateTimeOffset Until, TimeSpan Retention);
