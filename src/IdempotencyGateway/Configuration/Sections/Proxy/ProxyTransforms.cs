using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>Checks the names of a route's transforms before YARP does, whose message for an unknown name does not list the known ones.</summary>
internal static class ProxyTransforms
{
    /// <summary>Transforms whose value is a header name; an invalid one would make every request fail.</summary>
    private static readonly string[] OfHeader =
    [
        "RequestHeader", "RequestHeaderRouteValue", "RequestHeaderRemove", "ClientCert",
        "ResponseHeader", "ResponseHeaderRemove", "ResponseTrailer", "ResponseTrailerRemove",
    ];

    private static readonly string[] Known =
    [
        FraudRoutes.TransformName,
        "PathPrefix", "PathRemovePrefix", "PathSet", "PathPattern", "QueryValueParameter", "QueryRouteParameter", "QueryRemoveParameter", "HttpMethodChange",
        "RequestHeadersCopy", "RequestHeadersAllowed", "RequestHeaderOriginalHost", "X-Forwarded", "Forwarded",
        "ResponseHeadersCopy", "ResponseHeadersAllowed", "ResponseTrailersCopy", "ResponseTrailersAllowed",
        .. OfHeader,
    ];

    /// <param name="transforms">The transforms of one route.</param>
    public static void Check(IConfigurationSection transforms, ProblemList problems)
    {
        foreach (var transform in transforms.GetChildren())
        {
            var given = transform.GetChildren().ToArray();
            if (given.Length > 0 && !given.Any(setting => Is(Known, setting.Key)))
            {
                problems.Add(transform.Path, $"is not a known transform: {given[0].Key}.{NearestName.Hint(given[0].Key, Known)} "
                    + $"Known here: {string.Join(", ", Known)}.");
            }
            foreach (var name in given.Where(setting => Is(OfHeader, setting.Key) && !HttpToken.IsValid(setting.Value ?? "")))
                problems.Add(transform.Path, $"has {name.Key}: {QuotedValue.Of(name.Value ?? "")}, which is not {ValueForms.HeaderName.Description}.");
        }
    }

    private static bool Is(string[] names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
