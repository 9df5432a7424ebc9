using System.Reflection;
using System.Text.Json.Nodes;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.SessionAffinity;

namespace IdempotencyGateway.Tests.Configuration.Schema;

/// <summary>The schema of YARP's section, derived from the public types that YARP binds it to.</summary>
internal static class ProxySchema
{
    private const string Documentation = "YARP's own section: https://learn.microsoft.com/aspnet/core/fundamentals/servers/yarp/config-files";
    private const string Clock = @"^([0-9]+\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?$";

    /// <summary>Settings that need ASP.NET Core services which the gateway does not run.</summary>
    private static readonly string[] Refused =
    [
        "RouteConfig.RouteId", "ClusterConfig.ClusterId", "RouteConfig.AuthorizationPolicy", "RouteConfig.RateLimiterPolicy", "RouteConfig.CorsPolicy",
        "RouteConfig.TimeoutPolicy", "RouteConfig.Timeout",
    ];

    private static readonly string[] Transforms =
    [
        "PathPrefix", "PathRemovePrefix", "PathSet", "PathPattern", "QueryValueParameter", "QueryRouteParameter", "QueryRemoveParameter", "HttpMethodChange",
        "RequestHeadersCopy", "RequestHeaderOriginalHost", "RequestHeader", "RequestHeaderRouteValue", "RequestHeaderRemove", "RequestHeadersAllowed",
        "X-Forwarded", "Forwarded", "ClientCert", "ResponseHeadersCopy", "ResponseHeader", "ResponseHeaderRemove", "ResponseHeadersAllowed",
        "ResponseTrailersCopy", "ResponseTrailer", "ResponseTrailerRemove", "ResponseTrailersAllowed", "Set", "Append", "Remove", "When",
    ];

    private static readonly Dictionary<string, string> Meanings = new()
    {
        ["RouteConfig.ClusterId"] = "The cluster that requests of this route are sent to.",
        ["RouteConfig.Order"] = "Lower goes first where several routes match.",
        ["RouteConfig.MaxRequestBodySize"] = "In bytes, -1 for no limit; on a guarded route its policy's MaxRequestBody counts.",
        ["RouteMatch.Path"] = "A template such as /v3/session/{**rest}.",
        ["RouteMatch.Methods"] = "Any method when left out.",
        ["ClusterConfig.LoadBalancingPolicy"] = "PowerOfTwoChoices when left out.",
        ["DestinationConfig.Address"] = "An absolute http or https address.",
        ["DestinationConfig.Health"] = "Where active health checks ask, when that is another address.",
        ["DestinationConfig.Host"] = "The Host header that this destination gets.",
        ["ForwarderRequestConfig.ActivityTimeout"] = "Restarts with every byte; the policy's Deadline bounds the whole call.",
        ["HttpClientConfig.DangerousAcceptAnyServerCertificate"] = "For tests only.",
    };

    private static readonly Dictionary<string, Type> Names = new()
    {
        ["ClusterConfig.LoadBalancingPolicy"] = typeof(LoadBalancingPolicies),
        ["SessionAffinityConfig.Policy"] = typeof(SessionAffinityConstants.Policies),
        ["SessionAffinityConfig.FailurePolicy"] = typeof(SessionAffinityConstants.FailurePolicies),
        ["ActiveHealthCheckConfig.Policy"] = typeof(HealthCheckConstants.ActivePolicy),
        ["PassiveHealthCheckConfig.Policy"] = typeof(HealthCheckConstants.PassivePolicy),
        ["HealthCheckConfig.AvailableDestinationsPolicy"] = typeof(HealthCheckConstants.AvailableDestinations),
    };

    public static JsonObject Build() => Section(new()
    {
        ["Routes"] = Dictionary(NodeOf(typeof(RouteConfig))),
        ["Clusters"] = Dictionary(NodeOf(typeof(ClusterConfig))),
    }, Documentation + ".");

    private static JsonObject NodeOf(Type type)
    {
        if (ItemOf(type, typeof(IReadOnlyList<>)) is { } item)
            return List(item == typeof(IReadOnlyDictionary<string, string>) ? Transform() : NodeOf(item));
        if (type.IsDefined(typeof(FlagsAttribute)))
            return List(ScalarOf(type));
        if (ItemOf(type, typeof(IReadOnlyDictionary<,>)) is { } entry)
            return Dictionary(NodeOf(entry));
        return type.Assembly == typeof(RouteConfig).Assembly && !type.IsEnum ? RecordOf(type) : ScalarOf(type);
    }

    private static JsonObject RecordOf(Type type)
    {
        var properties = new JsonObject();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var name = $"{type.Name}.{property.Name}";
            if (Refused.Contains(name))
                continue;
            var node = name == "RouteConfig.Metadata"
                ? Metadata()
                : NodeOf(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            if (Meanings.TryGetValue(name, out var meaning))
                node["description"] = meaning;
            if (name == "ForwarderRequestConfig.ActivityTimeout")
                node["pattern"] = $@"{Clock}|^-00:00:00\.001$";
            if (Names.TryGetValue(name, out var constants))
                node["enum"] = new JsonArray([.. constants.GetProperties(BindingFlags.Public | BindingFlags.Static).Select(p => JsonValue.Create((string)p.GetValue(null)!))]);
            properties[property.Name] = node;
        }
        return Section(properties, description: null);
    }

    private static JsonObject ScalarOf(Type type) => type switch
    {
        { IsEnum: true } => new() { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(n => JsonValue.Create(n))]) },
        _ when type == typeof(bool) => new() { ["type"] = "boolean" },
        _ when type == typeof(int) || type == typeof(long) => new() { ["type"] = "integer" },
        _ when type == typeof(TimeSpan) => new() { ["type"] = "string", ["pattern"] = Clock },
        _ when type == typeof(Uri) => new() { ["type"] = "string", ["format"] = "uri" },
        _ when type == typeof(Version) => new() { ["type"] = new JsonArray("string", "number"), ["description"] = "An HTTP version, such as 1.1 or 2." },
        _ => new() { ["type"] = "string" },
    };

    private static JsonObject Metadata()
    {
        var node = Dictionary(new() { ["type"] = "string" });
        node["properties"] = new JsonObject
        {
            ["Idempotency"] = new JsonObject { ["type"] = "string", ["description"] = "The policy of Idempotency.Policies that guards this route; without it the route is not guarded." },
            ["Backends"] = new JsonObject { ["type"] = "string", ["description"] = "The entry of Backends that chooses this guarded route's cluster." },
        };
        return node;
    }

    private static JsonObject Transform()
    {
        var known = new JsonObject();
        foreach (var name in Transforms)
            known[name] = new JsonObject { ["type"] = new JsonArray("string", "boolean") };
        var node = Dictionary(new() { ["type"] = new JsonArray("string", "boolean") });
        node["properties"] = known;
        return node;
    }

    private static JsonObject Section(JsonObject properties, string? description)
    {
        var node = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (description is not null)
            node["description"] = description;
        return node;
    }

    private static JsonObject Dictionary(JsonObject values) => new() { ["type"] = "object", ["additionalProperties"] = values };

    private static JsonObject List(JsonObject item) => new() { ["type"] = "array", ["items"] = item };

    private static Type? ItemOf(Type type, Type open) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == open ? type.GetGenericArguments()[^1] : null;
}
