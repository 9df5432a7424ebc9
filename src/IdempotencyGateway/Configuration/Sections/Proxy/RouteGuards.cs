using System.Collections.Frozen;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Intake;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>
/// Finds the routes that are guarded, or in a dry run, with their policies and backends: their metadata has <c>Idempotency: &lt;policy&gt;</c> and, optionally,
/// <c>Backends: &lt;name&gt;</c>.
/// </summary>
internal static class RouteGuards
{
    public const string MetadataName = "Idempotency";
    private const string BackendsName = "Backends";

    public static FrozenDictionary<string, GuardedRoute> Read(
        IReadOnlyList<RouteConfig> routes,
        FrozenDictionary<string, IdempotencyPolicy> policies,
        FrozenDictionary<string, BackendPolicy> backends,
        ProblemList problems)
    {
        var guarded = new Dictionary<string, GuardedRoute>(StringComparer.OrdinalIgnoreCase);
        foreach (var route in routes.Where(r => r.Metadata is not null))
        {
            var path = $"ReverseProxy:Routes:{route.RouteId}:Metadata";
            var policy = Named(MetadataName, "Idempotency:Policies", policies);
            var backend = Named(BackendsName, "Backends", backends);
            if (policy is not null)
            {
                guarded.Add(route.RouteId, new(route.RouteId, policy, backend));
                if (route.Match.Methods is { Count: > 0 } methods && !methods.Any(policy.Methods.Contains) && problems.AreNoneAt($"ReverseProxy:Routes:{route.RouteId}"))
                {
                    problems.Add($"{path}:{MetadataName}", $"guards nothing: the route's Match:Methods are {string.Join(", ", methods)}, but policy {policy.Name} guards "
                        + $"{string.Join(", ", policy.Methods.Order(StringComparer.Ordinal))}. Change one of them.");
                }
                if (backend is not null)
                    Compare(policy, backend, message => problems.Add($"{path}:{BackendsName}", message));
            }
            else if (backend is not null && problems.AreNoneAt($"{path}:{MetadataName}"))
            {
                problems.Add($"{path}:{BackendsName}", $"applies to guarded routes only: name a policy in {MetadataName} beside it.");
            }

            T? Named<T>(string name, string section, FrozenDictionary<string, T> known)
                where T : class
            {
                if (route.Metadata!.TryGetValue(name, out var value))
                {
                    if (known.TryGetValue(value, out var found))
                        return found;
                    problems.Add($"{path}:{name}", NearestName.Unknown(value, section, known.Keys));
                }

                // Any name is allowed in metadata. But a route that is unguarded because of a typing mistake would go unnoticed until a request is executed twice.
                else if (NearestName.Of(name, route.Metadata.Keys) is { } typo && typo is not (MetadataName or BackendsName))
                {
                    problems.Add($"{path}:{typo}", $"guards nothing: the name is {name}.");
                }
                return null;
            }
        }
        return guarded.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static void Compare(IdempotencyPolicy policy, BackendPolicy backend, Action<string> reject)
    {
        // A request without a key would be sent to the route's own cluster, whatever the rules say.
        if (!policy.Key.Required && (backend.Rules.Count > 0 || backend.Otherwise is null))
            reject($"has rules about where requests may go, but policy {policy.Name} lets requests without a key bypass them: write Key:Required true there.");
        if (policy.Caller.Scope != CallerScopeKind.Header && backend.Rules.Any(rule => rule.If is ValueSource.Caller))
            reject($"has a rule about the caller's name, which policy {policy.Name} does not know: write Caller:Scope Header there.");
        // In a dry run all requests go to the route's own cluster, whatever the rules say.
        if (policy.DryRun && (backend.Rules.Count > 0 || backend.Otherwise is null))
            reject($"has rules about where requests may go, but policy {policy.Name} is in a dry run, in which all requests go to the route's own ClusterId: remove {BackendsName} until the dry run is over.");
    }
}
