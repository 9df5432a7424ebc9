using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>
/// Locates the mistakes that YARP's validator finds. Its messages name only the route or the cluster, not the setting. So YARP validates each setting once more, alone; the one that gives the
/// same message has the mistake.
/// </summary>
internal static class ProxyPlaces
{
    /// <summary>YARP requires a path or a host in every route.</summary>
    private const string AnyPath = "/";

    /// <returns>Paths below the route, each with a route that has only that setting. A list's items come before the list.</returns>
    public static IEnumerable<(string Path, RouteConfig Alone)> Of(RouteConfig route)
    {
        var match = route.Match;
        yield return ("Match:Path", With(new() { Path = match.Path }));
        foreach (var (at, host) in (match.Hosts ?? []).Index())
            yield return ($"Match:Hosts:{at}", With(new() { Path = AnyPath, Hosts = [host] }));
        foreach (var (at, method) in (match.Methods ?? []).Index())
            yield return ($"Match:Methods:{at}", With(new() { Path = AnyPath, Methods = [method] }));
        yield return ("Match:Methods", With(new() { Path = AnyPath, Methods = match.Methods }));
        foreach (var (at, header) in (match.Headers ?? []).Index())
            yield return ($"Match:Headers:{at}", With(new() { Path = AnyPath, Headers = [header] }));
        foreach (var (at, parameter) in (match.QueryParameters ?? []).Index())
            yield return ($"Match:QueryParameters:{at}", With(new() { Path = AnyPath, QueryParameters = [parameter] }));
        foreach (var (at, transform) in (route.Transforms ?? []).Index())
            yield return ($"Transforms:{at}", With(new() { Path = AnyPath }) with { Transforms = [transform] });

        RouteConfig With(RouteMatch one) => new() { RouteId = route.RouteId, ClusterId = route.ClusterId, Match = one };
    }

    /// <inheritdoc cref="Of(RouteConfig)"/>
    public static IEnumerable<(string Path, ClusterConfig Alone)> Of(ClusterConfig cluster)
    {
        var nothing = new ClusterConfig { ClusterId = cluster.ClusterId };
        foreach (var (name, destination) in cluster.Destinations?.AsEnumerable() ?? [])
            yield return ($"Destinations:{name}:Address", nothing with { Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { [name] = destination } });
        if (cluster.SessionAffinity is { } affinity)
        {
            yield return ("SessionAffinity:AffinityKeyName", nothing with { SessionAffinity = affinity with { Cookie = null } });
            yield return ("SessionAffinity:Cookie:Expiration", nothing with { SessionAffinity = affinity with { Cookie = new() { Expiration = affinity.Cookie?.Expiration } } });
            yield return ("SessionAffinity:Cookie:MaxAge", nothing with { SessionAffinity = affinity with { Cookie = new() { MaxAge = affinity.Cookie?.MaxAge } } });
        }
        if (cluster.HealthCheck is { } health)
        {
            yield return ("HealthCheck:Active:Interval", nothing with { HealthCheck = new() { Active = health.Active is { } often ? often with { Timeout = null } : null } });
            yield return ("HealthCheck:Active:Timeout", nothing with { HealthCheck = new() { Active = health.Active } });
            yield return ("HealthCheck:Passive:ReactivationPeriod", nothing with { HealthCheck = new() { Passive = health.Passive } });
        }
        if (cluster.HttpClient is { } client)
        {
            yield return ("HttpClient:MaxConnectionsPerServer", nothing with { HttpClient = new() { MaxConnectionsPerServer = client.MaxConnectionsPerServer } });
            yield return ("HttpClient:RequestHeaderEncoding", nothing with { HttpClient = new() { RequestHeaderEncoding = client.RequestHeaderEncoding } });
            yield return ("HttpClient:ResponseHeaderEncoding", nothing with { HttpClient = new() { ResponseHeaderEncoding = client.ResponseHeaderEncoding } });
        }
        yield return ("HttpRequest:Version", nothing with { HttpRequest = cluster.HttpRequest });
    }
}
