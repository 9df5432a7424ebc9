using IdempotencyGateway.Configuration.Reading;
using Microsoft.AspNetCore.Routing.Patterns;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>
/// Finds ambiguous routes: ASP.NET Core answers 500 to a request that two routes of equal precedence match. Paths are compared as ASP.NET Core does: by segment, without letter
/// case, trailing slash or the names of parameters.
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
                    problems.Add($"ReverseProxy:Routes:{route.RouteId}:Match", $"matches requests that route {first.RouteId} matches as well: change one, or give them different Orders.");
            }
        }
    }

    /// <summary>A route with methods or hosts takes precedence over one without, so those two are not ambiguous. Routes whose headers or query parameters differ may match different requests.</summary>
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
