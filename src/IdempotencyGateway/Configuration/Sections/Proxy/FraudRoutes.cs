using System.Collections.Frozen;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Intake;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>Finds the routes that are scored, and their profiles: those with a transform <c>FraudSignals: &lt;profile&gt;</c>.</summary>
internal static class FraudRoutes
{
    public const string TransformName = "FraudSignals";

    public static FrozenDictionary<string, FraudProfile> Read(
        ReverseProxySection proxy, FraudSnapshot fraud, FrozenDictionary<string, GuardedRoute> guarded, ProblemList problems)
    {
        foreach (var profile in fraud.Profiles.Values)
            CheckClusters(profile, proxy.Clusters, problems);
        var scored = new Dictionary<string, FraudProfile>(StringComparer.OrdinalIgnoreCase);
        foreach (var route in proxy.Routes)
        {
            foreach (var (at, transform) in (route.Transforms ?? []).Index())
            {
                if (transform.FirstOrDefault(pair => pair.Key.Equals(TransformName, StringComparison.OrdinalIgnoreCase)) is not { Key: not null } named)
                    continue;
                var path = $"ReverseProxy:Routes:{route.RouteId}:Transforms:{at}:{TransformName}";
                if (!fraud.Profiles.TryGetValue(named.Value, out var profile))
                {
                    // An invalid profile has been reported already.
                    if (problems.AreNoneAt($"Fraud:Profiles:{named.Value}"))
                        problems.Add(path, NearestName.Unknown(named.Value, "Fraud:Profiles", fraud.Profiles.Keys));
                }
                else if (!scored.TryAdd(route.RouteId, profile))
                {
                    problems.Add(path, "is the route's second one: a route has one profile. Remove one.");
                }
                else if (profile.Clusters.Count > 0 && guarded.GetValueOrDefault(route.RouteId)?.Backends is { Rules.Count: > 0 } backends)
                {
                    problems.Add(path, $"is {profile.Name}, whose Actions route requests to other clusters, which would bypass the rules of Backends {backends.Name}: remove one of them.");
                }
                else if (profile.InBody is not null && !guarded.ContainsKey(route.RouteId))
                {
                    problems.Add(path, $"is {profile.Name}, which writes into the body, but the body is read on guarded routes only: remove json: from its Inject, or guard the route.");
                }
            }
        }
        return scored.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static void CheckClusters(FraudProfile profile, IReadOnlyList<ClusterConfig> clusters, ProblemList problems)
    {
        foreach (var name in profile.Clusters)
        {
            if (BackendsSection.WrongWith(name, clusters) is { } wrong)
                problems.Add($"Fraud:Profiles:{profile.Name}:Actions", wrong);
        }
    }
}
