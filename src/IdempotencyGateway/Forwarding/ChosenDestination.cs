using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Model;

namespace IdempotencyGateway.Forwarding;

/// <summary>The destination that YARP's load balancer chose, as the record names it: "cluster/destination".</summary>
internal static class ChosenDestination
{
    // A destination lives as long as its place in the configuration, and with it its name.
    private static readonly ConditionalWeakTable<DestinationState, string> Names = [];

    /// <returns>Null when none is available: forwarding will say so.</returns>
    public static string? Of(HttpContext context) =>
        context.GetReverseProxyFeature() is { AvailableDestinations: [var chosen, ..] } proxy ? Name(proxy.Cluster.Config.ClusterId, chosen) : null;

    public static string Name(string clusterId, DestinationState destination) =>
        Names.TryGetValue(destination, out var name) ? name : FirstName(clusterId, destination);

    /// <summary>Apart, because what it captures is made for every call of the method that it stands in.</summary>
    private static string FirstName(string clusterId, DestinationState destination) =>
        Names.GetValue(destination, d => $"{clusterId}/{d.DestinationId}");
}
