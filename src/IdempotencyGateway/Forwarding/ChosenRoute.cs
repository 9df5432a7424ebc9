using IdempotencyGateway.Configuration;
using Yarp.ReverseProxy.Model;

namespace IdempotencyGateway.Forwarding;

/// <summary>The route that YARP matched, and the configuration that it belongs to.</summary>
public readonly record struct ChosenRoute(string RouteId, GatewaySnapshot Snapshot)
{
    /// <exception cref="InvalidOperationException">The route did not come from <see cref="ProviderRoutes"/>: forwarding it might be unguarded by mistake.</exception>
    public static ChosenRoute Of(HttpContext context)
    {
        var route = context.GetReverseProxyFeature().Route.Config;
        return route.Metadata is SnapshotMetadata metadata
            ? new(route.RouteId, metadata.Snapshot)
            : throw new InvalidOperationException($"route {route.RouteId} belongs to no configuration of the gateway");
    }
}
