using IdempotencyGateway.Configuration;
using IdempotencyGateway.Intake;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Forwarding;

/// <summary>A route that YARP can match, together with the configuration snapshot that it belongs to and its policies in that snapshot.</summary>
public sealed class ChosenRoute(string routeId, GatewaySnapshot snapshot)
{
    public string RouteId => routeId;

    public GatewaySnapshot Snapshot => snapshot;

    /// <summary>The policy that guards it; null where it is unguarded.</summary>
    public GuardedRoute? Guard { get; } = snapshot.GuardedRoutes.GetValueOrDefault(routeId);

    /// <summary>The policy that would guard it, where that policy is in a dry run; else null.</summary>
    public GuardedRoute? DryRun { get; } = snapshot.DryRuns.GetValueOrDefault(routeId);

    /// <summary>The fraud profile by which its requests are scored; null where they are not scored.</summary>
    public FraudProfile? Profile { get; } = snapshot.Fraud.Routes.GetValueOrDefault(routeId);

    /// <inheritdoc cref="Of(RouteConfig)"/>
    public static ChosenRoute Of(HttpContext context) => Of(context.GetReverseProxyFeature().Route.Config);

    /// <exception cref="InvalidOperationException">The route did not come from <see cref="ProviderRoutes"/>. To forward without its policies could leave a guarded route unguarded.</exception>
    public static ChosenRoute Of(RouteConfig route) => route.Metadata is CarryingMetadata<ChosenRoute> { Carried: var chosen }
        ? chosen
        : throw new InvalidOperationException($"route {route.RouteId} does not carry the gateway's configuration");
}
