using System.Collections.Frozen;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Intake;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>
/// A policy that looks for a person in a parameter that none of its routes has finds nobody: no record would be erased with that person's others, and nothing would say so.
/// A policy may serve routes with the parameter and without.
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
                    problems.Add($"Idempotency:Policies:{policy.Key.Name}:{name}", $"has {place}, but no route of this policy has {{{place.Parameter}}} in its Match:Path: nobody would be found.");
            }
        }
    }

    /// <summary>A path that cannot be read has been reported already, which is enough.</summary>
    private static bool HasParameter(string? path, string parameter) =>
        path is not null && (RoutePaths.Read(path) is not { } pattern || pattern.GetParameter(parameter) is not null);
}
