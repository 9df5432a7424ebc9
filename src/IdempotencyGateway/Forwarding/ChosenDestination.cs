using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Model;

namespace IdempotencyGateway.Forwarding;

/// <summary>Names the destination that YARP's load balancer chose, in the form in which records keep it: "cluster/destination".</summary>
internal static class ChosenDestination
{
    // Weak keys: a cached name goes with its destination, when the configuration drops that.
    private static readonly ConditionalWeakTable<DestinationState, string> Names = [];

    /// <returns>Null when no destination is available. Forwarding then fails and reports it.</returns>
    public static string? Of(HttpContext context) =>
        context.GetReverseProxyFeature() is { AvailableDestinations: [var chosen, ..] } proxy ? Name(proxy.Cluster.Config.ClusterId, chosen) : null;

    public static string Name(string clusterId, DestinationState destination) =>
        Names.TryGetValue(destination, out var name) ? name : FirstName(clusterId, destination);

    /// <summary>A method of its own, because a lambda that captures a parameter makes its method allocate the closure on every call, cached names included.</summary>
    private static string FirstName(string clusterId, DestinationState destination) =>
        Names.GetValue(destination, d => $"{clusterId}/{d.DestinationId}");
}
