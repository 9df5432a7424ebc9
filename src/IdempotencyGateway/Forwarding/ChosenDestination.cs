using Yarp.ReverseProxy.Model;

namespace IdempotencyGateway.Forwarding;

/// <summary>The destination that YARP's load balancer chose, as the record names it: "cluster/destination".</summary>
internal static class ChosenDestination
{
    /// <returns>Null when none is available: forwarding will say so.</returns>
    public static string? Of(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        return proxy.AvailableDestinations is [var chosen, ..] ? Name(proxy, chosen) : null;
    }

    /// <summary>Sends this request where the record says an earlier attempt was sent.</summary>
    /// <returns>False when that destination is no longer configured: then it must not be sent at all.</returns>
    public static bool Pin(HttpContext context, string? recorded)
    {
        if (recorded is null || string.Equals(recorded, Of(context), StringComparison.Ordinal))
            return true;
        var proxy = context.GetReverseProxyFeature();
        var destination = proxy.AllDestinations.FirstOrDefault(d => string.Equals(Name(proxy, d), recorded, StringComparison.Ordinal));
        if (destination is null)
            return false;
        proxy.AvailableDestinations = [destination];
        return true;
    }

    // A destination lives as long as its place in the configuration, and with it its name.
    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<DestinationState, string> Names = [];

    public static string Name(string clusterId, DestinationState destination) =>
        Names.TryGetValue(destination, out var name) ? name : FirstName(clusterId, destination);

    private static string FirstName(string clusterId, DestinationState destination) =>
        Names.GetValue(destination, d => $"{clusterId}/{d.DestinationId}");

    private static string Name(IReverseProxyFeature proxy, DestinationState destination) => Name(proxy.Cluster.Config.ClusterId, destination);
}
