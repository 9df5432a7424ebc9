using IdempotencyGateway.Configuration;
using IdempotencyGateway.Intake;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Forwarding;

/// <summary>A route that YARP matches, with the configuration that it belongs to and what that has for it.</summary>
public sealed class ChosenRoute(string routeId, GatewaySnapshot snapshot)
{
    public string RouteId => routeId;

    public GatewaySnapshot Snapshot => snapshot;

    /// <summary>Null where no policy guards it.</summary>
    public GuardedRoute? Guard { get; } = snapshot.GuardedRoutes.GetValueOrDefault(routeId);

    /// <summary>How it would be guarded; null where it is, or where no policy is in a dry run.</summary>
    public GuardedRoute? DryRun { get; } = snapshot.DryRuns.GetValueOrDefault(routeId);

    /// <summary>Null where nothing is found out about its requests.</summary>
    public FraudProfile? Profile { get; } = snapshot.Fraud.Routes.GetValueOrDefault(routeId);

    /// <inheritdoc cref="Of(RouteConfig)"/>
    public static ChosenRoute Of(HttpContext context) => Of(context.GetReverseProxyFeature().Route.Config);

    /// <exception cref="InvalidOperationException">The route did not come from <see cref="ProviderRoutes"/>: forwarding it might be unguarded by mistake.</exception>
    public static ChosenRoute Of(RouteConfig route) => route.Metadata is CarryingMetadata<ChosenRoute> { Carried: var chosen }
        ? chosen
        : throw new InvalidOperationException($"route {route.RouteId} belongs to no configuration of the gateway");
}
