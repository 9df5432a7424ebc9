using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IdempotencyGateway.Forwarding;

/// <summary>What YARP brings along and nothing here uses; public, so that YARP alone can be measured without it too.</summary>
public static class UnusedByProxy
{
    public static void Remove(IServiceCollection services)
    {
        // ASP.NET Core's authorization, which would stand in every request's way and has nothing to say: routes that ask for it are refused at start.
        services.RemoveAll<IAuthorizationHandlerProvider>();
        // Data protection, for the cookies of session affinity, whose keys would be read or made at every start; now they are when the first such cookie is written.
        services.Remove(services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == "DataProtectionHostedService"));
    }
}
