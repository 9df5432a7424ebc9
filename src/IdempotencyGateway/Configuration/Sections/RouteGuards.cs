using System.Collections.Frozen;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Intake;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>Which routes are guarded, and by which policy: their metadata says <c>Idempotency: &lt;policy&gt;</c>.</summary>
internal static class RouteGuards
{
    public const string MetadataName = "Idempotency";

    public static FrozenDictionary<string, GuardedRoute> Read(
        IReadOnlyList<RouteConfig> routes, FrozenDictionary<string, IdempotencyPolicy> policies, ProblemList problems)
    {
        var guarded = new Dictionary<string, GuardedRoute>(StringComparer.OrdinalIgnoreCase);
        foreach (var route in routes.Where(r => r.Metadata is not null))
        {
            var path = $"ReverseProxy:Routes:{route.RouteId}:Metadata";
            if (route.Metadata!.TryGetValue(MetadataName, out var name))
            {
                if (policies.TryGetValue(name, out var policy))
                {
                    guarded.Add(route.RouteId, new(route.RouteId, policy));
                }
                else
                {
                    var hint = NearestName.Hint(name, policies.Keys);
                    problems.Add($"{path}:{MetadataName}", $"names \"{name}\", which is not in Idempotency:Policies.{hint}");
                }
            }

            // Metadata is free, but a route that is unguarded because of a typing mistake would go unnoticed until something runs twice.
            else if (NearestName.Of(MetadataName, route.Metadata.Keys) is { } typo)
            {
                problems.Add($"{path}:{typo}", $"guards nothing: the name is {MetadataName}.");
            }
        }
        return guarded.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
