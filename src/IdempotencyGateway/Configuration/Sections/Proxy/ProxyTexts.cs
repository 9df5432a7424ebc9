using System.Globalization;
using IdempotencyGateway.Configuration.Reading;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>
/// The forms of texts that YARP accepts unchecked and parses later. By then its messages do not name the valid values, or requests fail; a wrong host fails the
/// requests of all routes.
/// </summary>
internal static class ProxyTexts
{
    /// <summary>The address of a destination, and of its health check.</summary>
    public static (string Form, Func<string, bool> Fits) Address { get; } = ("an absolute http or https address, such as https://verification.didit.me/", IsHttp);

    /// <summary>A host that a route matches.</summary>
    public static (string Form, Func<string, bool> Fits) HostToMatch { get; } = ("a host, such as api.example.com, *.example.com or api.example.com:8443", IsHostToMatch);

    private static readonly Dictionary<string, (string Form, Func<string, bool> Fits)> Forms = new(StringComparer.Ordinal)
    {
        ["RouteConfig.MaxRequestBodySize"] = ("a number of bytes, or -1 for any", text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var bytes) && bytes >= -1),
        ["DestinationConfig.Health"] = Address,
        ["DestinationConfig.Host"] = ("a host and a port, if any, such as api.example.com", text => IsHostAndPort(text, Uri.CheckHostName)),
        ["WebProxyConfig.Address"] = ("an address of a proxy, such as http://proxy:3128 (http, https, socks4, socks4a or socks5)", IsProxy),
        ["ForwarderRequestConfig.ActivityTimeout"] = ("a duration longer than none, as YARP writes it, hh:mm:ss or d.hh:mm:ss, or -00:00:00.001 for none at all", IsTimeout),
        ["SessionAffinityConfig.AffinityKeyName"] = ("a name for a cookie or a header, such as X-Affinity", HttpToken.IsValid),
        ["ActiveHealthCheckConfig.Path"] = ("a path, such as /health", text => text.StartsWith('/')),
        ["ActiveHealthCheckConfig.Policy"] = OneOf(HealthCheckConstants.ActivePolicy.ConsecutiveFailures),
        ["PassiveHealthCheckConfig.Policy"] = OneOf(HealthCheckConstants.PassivePolicy.TransportFailureRate),
        ["HealthCheckConfig.AvailableDestinationsPolicy"] =
            OneOf(HealthCheckConstants.AvailableDestinations.HealthyAndUnknown, HealthCheckConstants.AvailableDestinations.HealthyOrPanic),
        ["SessionAffinityConfig.Policy"] = OneOf("HashCookie", "ArrCookie", "Cookie", "CustomHeader"),
        ["SessionAffinityConfig.FailurePolicy"] = OneOf("Redistribute", "Return503Error"),
        ["ClusterConfig.LoadBalancingPolicy"] = OneOf(
            LoadBalancingPolicies.PowerOfTwoChoices,
            LoadBalancingPolicies.LeastRequests,
            LoadBalancingPolicies.RoundRobin,
            LoadBalancingPolicies.Random,
            LoadBalancingPolicies.FirstAlphabetical),
    };

    /// <summary>Texts that YARP ignores when they are empty.</summary>
    private static readonly string[] Emptiable =
    [
        "DestinationConfig.Health", "DestinationConfig.Host", "ActiveHealthCheckConfig.Policy", "PassiveHealthCheckConfig.Policy", "HealthCheckConfig.AvailableDestinationsPolicy",
        "SessionAffinityConfig.Policy", "SessionAffinityConfig.FailurePolicy", "ClusterConfig.LoadBalancingPolicy",
    ];

    /// <inheritdoc cref="FormOf"/>
    public static bool MayBeEmpty(string name) => Emptiable.Contains(name);

    /// <param name="name">The type that YARP reads, a dot, and its property.</param>
    public static (string Form, Func<string, bool> Fits)? FormOf(string name) => Forms.TryGetValue(name, out var form) ? form : null;

    private static (string, Func<string, bool>) OneOf(params string[] names) =>
        (names is [var only] ? $"{only}, the only one there is" : $"one of: {string.Join(", ", names)}", text => names.Contains(text, StringComparer.OrdinalIgnoreCase));

    private static bool IsTimeout(string text) => TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var timeout)
        && (timeout == Timeout.InfiniteTimeSpan || (timeout > TimeSpan.Zero && DurationText.IsClock(text)));

    private static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    private static bool IsProxy(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks4" or "socks4a" or "socks5";

    /// <summary>ASP.NET Core reads what follows the first colon as the port, so IPv6 addresses cannot be matched. A port of * matches any port.</summary>
    private static bool IsHostToMatch(string text)
    {
        var hostAndPort = text.EndsWith(":*", StringComparison.Ordinal) ? text[..^2] : text;
        return text.Count(c => c == ':') <= 1
            && IsHostAndPort(hostAndPort, host => host == "*" ? UriHostNameType.Dns : Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host));
    }

    private static bool IsHostAndPort(string text, Func<string, UriHostNameType> kindOf)
    {
        var colon = text.LastIndexOf(':');
        var hasPort = colon > text.LastIndexOf(']');
        return kindOf(hasPort ? text[..colon] : text) != UriHostNameType.Unknown
            && (!hasPort || (ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0));
    }
}
