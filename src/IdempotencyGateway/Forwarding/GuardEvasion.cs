using System.Buffers;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using Microsoft.AspNetCore.Routing.Template;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Finds requests that would go around a guard by the way their path is written. What is one path here is another to servers that decode twice, merge slashes, take backslashes for them, or drop
/// parameters behind a semicolon and the dots and spaces at a name's end: where such a reading belongs to a guarded route, nobody gets it past by another one.
/// </summary>
/// <remarks>It knows these readings and no others, and goes by path and method alone.</remarks>
internal static class GuardEvasion
{
    private const int MostEncodings = 3;
    private static readonly SearchValues<char> Odd = SearchValues.Create([.. "%;\\.?#", .. Enumerable.Range(0, ' ' + 1).Select(code => (char)code)]);
    private static readonly char[] Slashes = ['/', '\\'];
    private static readonly char[] Dropped = [.. ".", .. Enumerable.Range(0, ' ' + 1).Select(code => (char)code)];

    /// <returns>Null for a request whose route is the one that any reading of its path leads to, as far as guards go.</returns>
    public static ProblemReply? Find(GatewaySnapshot snapshot, HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        if (!path.AsSpan().ContainsAny(Odd) && !path.Contains("//", StringComparison.Ordinal))
            return null;
        return snapshot.Routes.Where(route => Matches(route.Match, request.Method, PlainPath(path))).OrderBy(route => route.Order ?? 0).ThenBy(Precedence).FirstOrDefault() is { } other
            && snapshot.GuardedRoutes.TryGetValue(other.RouteId, out var guarded) && guarded.Policy.Methods.Contains(request.Method)
            ? new(GatewayProblem.Malformed, "The path can be read as one of a guarded route; write it plainly.") { CloseConnection = true }
            : null;
    }

    private static bool Matches(RouteMatch match, string method, string path) =>
        match.Path is { } pattern
        && (match.Methods is null || match.Methods.Contains(method, StringComparer.OrdinalIgnoreCase))
        && new TemplateMatcher(TemplateParser.Parse(pattern), []).TryMatch(path, []);

    private static decimal Precedence(RouteConfig route) => RoutePrecedence.ComputeInbound(TemplateParser.Parse(route.Match.Path!));

    /// <summary>As the most generous server would read it.</summary>
    private static string PlainPath(string path)
    {
        for (var i = 0; i < MostEncodings && path.Contains('%'); i++)
            path = Uri.UnescapeDataString(path);
        var names = new List<string>();
        foreach (var part in path.Split(['?', '#'])[0].Split(Slashes))
        {
            var name = part.Split(';')[0].Trim();
            if (name == ".." && names.Count > 0)
                names.RemoveAt(names.Count - 1);
            else if (name.TrimEnd(Dropped) is { Length: > 0 } kept)
                names.Add(kept);
        }
        return "/" + string.Join('/', names);
    }
}
