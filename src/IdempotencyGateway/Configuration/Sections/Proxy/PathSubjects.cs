using System.Collections.Frozen;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Intake;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>
/// Refuses a policy whose subject is a path parameter that none of its routes has: it would never find a subject, and an erasure would silently miss its records. Not every route of a
/// policy needs the parameter.
/// </summary>
internal static class PathSubjects
{
    public static void Check(IReadOnlyList<RouteConfig> routes, FrozenDictionary<string, GuardedRoute> guarded, ProblemList problems)
    {
        var byPolicy = routes
            .Where(route => guarded.ContainsKey(route.RouteId))
            .GroupBy(route => guarded[route.RouteId].Policy, route => route.Match.Path);
        foreach (var policy in byPolicy)
        {
            CheckPlaces("Subject", policy.Key.Subject);
            CheckPlaces("Erase:Subject", policy.Key.Erase?.Subject ?? []);

            void CheckPlaces(string name, IReadOnlyList<SubjectSource> places)
            {
                foreach (var place in places.OfType<SubjectSource.Path>().Where(place => !policy.Any(path => HasParameter(path, place.Parameter))))
                    problems.Add($"Idempotency:Policies:{policy.Key.Name}:{name}", $"has {place}, but no route of this policy has {{{place.Parameter}}} in its Match:Path, so it would never be found: correct one of them.");
            }
        }
    }

    /// <summary>True for an invalid path, which has been reported already.</summary>
    private static bool HasParameter(string? path, string parameter) =>
        path is not null && (RoutePaths.Read(path) is not { } pattern || pattern.GetParameter(parameter) is not null);
}
