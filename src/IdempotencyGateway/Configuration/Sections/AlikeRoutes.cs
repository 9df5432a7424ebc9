using IdempotencyGateway.Configuration.Reading;
using Microsoft.AspNetCore.Routing.Patterns;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>
/// Two routes of one precedence that fit one request make ASP.NET Core answer 500 to it. Paths are compared as it compares them: by their segments, in any letter case, with or
/// without a slash at the end, whatever their parameters are called.
/// </summary>
internal static class AlikeRoutes
{
    public static void Check(IReadOnlyList<RouteConfig> routes, ProblemList problems)
    {
        foreach (var rivals in routes.GroupBy(r => (r.Order ?? 0, ShapeOf(r.Match.Path))).Select(group => group.ToArray()))
        {
            foreach (var (at, route) in rivals.Index())
            {
                if (rivals.Take(at).FirstOrDefault(earlier => Overlap(earlier.Match, route.Match)) is { } first)
                    problems.Add($"ReverseProxy:Routes:{route.RouteId}:Match", $"fits requests that route {first.RouteId}'s fits as well: change one, or give them different Orders.");
            }
        }
    }

    /// <summary>What names methods or hosts goes before what does not, so only likes compete; headers and query parameters that differ may tell requests apart.</summary>
    private static bool Overlap(RouteMatch one, RouteMatch other) =>
        Overlap(one.Methods, other.Methods)
        && Overlap(one.Hosts, other.Hosts)
        && (one with { Path = null, Methods = null, Hosts = null }) == (other with { Path = null, Methods = null, Hosts = null });

    private static bool Overlap(IReadOnlyList<string>? one, IReadOnlyList<string>? other) =>
        (one ?? [], other ?? []) is var (these, those)
        && ((these.Count == 0 && those.Count == 0) || these.Intersect(those, StringComparer.OrdinalIgnoreCase).Any());

    private static string? ShapeOf(string? path) =>
        RoutePaths.Read(path ?? "/{**any}") is { } pattern ? string.Join('/', pattern.PathSegments.Select(ShapeOf)).ToUpperInvariant() : path;

    private static string ShapeOf(RoutePatternPathSegment segment) => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter => $"{{{(parameter.IsCatchAll ? "*" : "")}{string.Concat(parameter.ParameterPolicies.Select(policy => $":{policy.Content}"))}}}",
        _ => throw new InvalidOperationException($"no shape for {part.PartKind}"),
    }));
}
