using IdempotencyGateway.Forwarding;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Load.Baselines;

/// <summary>YARP alone, hosted as the gateway hosts it: the cost of a first call without protection.</summary>
internal static class BareYarp
{
    public static WebApplication Build(Uri provider)
    {
        var builder = BareHost.CreateBuilder();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "provider", Match = new() { Path = "/{**path}" } }],
            [new ClusterConfig { ClusterId = "provider", Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { ["one"] = new() { Address = provider.ToString() } } }]);
        UnusedByProxy.Remove(builder.Services);
        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
