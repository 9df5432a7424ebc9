using Yarp.ReverseProxy.Model;

namespace IdempotencyGateway.Forwarding;

/// <summary>The route that YARP matched.</summary>
internal static class ChosenRoute
{
    public static string IdOf(HttpContext context) => context.GetReverseProxyFeature().Route.Config.RouteId;
}
