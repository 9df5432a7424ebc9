using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Load.Baselines;

/// <summary>YARP alone, hosted as the gateway hosts it: what a first call would cost without protection.</summary>
internal static class BareYarp
{
    public static WebApplication Build(Uri provider)
    {
        var builder = BareHost.CreateBuilder();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "provider", Match = new() { Path = "/{**path}" } }],
            [new ClusterConfig { ClusterId = "provider", Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { ["one"] = new() { Address = provider.ToString() } } }]);
        // As the gateway does: it runs no authorization, and makes no keys for cookies that nobody asked for.
        builder.Services.RemoveAll<IAuthorizationHandlerProvider>();
        builder.Services.Remove(builder.Services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == "DataProtectionHostedService"));
        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
