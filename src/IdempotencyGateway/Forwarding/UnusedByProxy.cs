using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IdempotencyGateway.Forwarding;

/// <summary>What YARP brings along and nothing here uses; public, so that YARP alone can be measured without it too.</summary>
public static class UnusedByProxy
{
    public static void Remove(IServiceCollection services)
    {
        // ASP.NET Core's authorization, which would stand in every request's way and has nothing to say: routes that ask for it are refused at start.
        services.RemoveAll<IAuthorizationHandlerProvider>();
        // Files of keys in somebody's home, for the cookies of session affinity: each gateway of a fleet would have its own, and where there is no home a warning. Those cookies are
        // under keys of the process, and nothing is read or made at a start.
        services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider>(static _ => new EphemeralDataProtectionProvider()));
        services.Remove(services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == "DataProtectionHostedService"));
    }
}
