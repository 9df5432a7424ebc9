using IdempotencyGateway.Configuration.Reading;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>Finds mistakes that YARP would notice only when a request arrives.</summary>
internal static class ProxyRules
{
    public static void Check(IProxyConfig config, ProblemList problems)
    {
        var clusters = config.Clusters.Select(c => c.ClusterId).ToArray();
        foreach (var route in config.Routes)
            CheckRoute(route, clusters, problems);
        foreach (var cluster in config.Clusters)
            CheckDestinations(cluster, problems);
        AlikeRoutes.Check(config.Routes, problems);
    }

    private static void CheckRoute(RouteConfig route, string[] clusters, ProblemList problems)
    {
        var path = $"ReverseProxy:Routes:{route.RouteId}";
        if (string.IsNullOrEmpty(route.ClusterId))
        {
            problems.Add($"{path}:ClusterId", "is missing: name the cluster that the route's requests are sent to.");
        }
        else if (!clusters.Contains(route.ClusterId, StringComparer.OrdinalIgnoreCase))
        {
            problems.Add($"{path}:ClusterId", NearestName.Unknown(route.ClusterId, "ReverseProxy:Clusters", clusters));
        }
        foreach (var (at, host) in (route.Match.Hosts ?? []).Index())
            CheckText($"{path}:Match:Hosts:{at}", host, ProxyTexts.HostToMatch, problems);
        foreach (var (name, instead) in NeedingOtherMiddleware(route))
            problems.Add($"{path}:{name}", $"needs middleware of ASP.NET Core that this gateway does not run: remove it{instead}.");
    }

    private static IEnumerable<(string Name, string Instead)> NeedingOtherMiddleware(RouteConfig route)
    {
        if (route.AuthorizationPolicy is not null)
            yield return (nameof(route.AuthorizationPolicy), "");
        if (route.RateLimiterPolicy is not null)
            yield return (nameof(route.RateLimiterPolicy), "");
        if (route.CorsPolicy is not null)
            yield return (nameof(route.CorsPolicy), "");
        if (route.TimeoutPolicy is not null)
            yield return (nameof(route.TimeoutPolicy), " and set the policy's Deadline or the cluster's HttpRequest:ActivityTimeout");
        if (route.Timeout is not null)
            yield return (nameof(route.Timeout), " and set the policy's Deadline or the cluster's HttpRequest:ActivityTimeout");
    }

    private static void CheckDestinations(ClusterConfig cluster, ProblemList problems)
    {
        var path = $"ReverseProxy:Clusters:{cluster.ClusterId}:Destinations";
        if (cluster.Destinations is not { Count: > 0 } destinations)
        {
            if (problems.AreNoneAt(path))
                problems.Add(path, "is empty: write at least one { \"Address\": \"https://...\" }.");
            return;
        }
        foreach (var (name, destination) in destinations)
            CheckText($"{path}:{name}:Address", destination.Address, ProxyTexts.Address, problems);
    }

    /// <summary>YARP's own validation reports an empty text.</summary>
    private static void CheckText(string path, string text, (string Form, Func<string, bool> Fits) expected, ProblemList problems)
    {
        if (!string.IsNullOrEmpty(text) && !expected.Fits(text))
            problems.Add(path, $"{QuotedValue.Of(text)} is not {expected.Form}.");
    }
}
