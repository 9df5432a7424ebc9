using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IdempotencyGateway.Forwarding;

/// <summary>Removes services that YARP registers and the gateway does not use. Public, so that load runs can measure a bare YARP without them, too.</summary>
public static class UnusedByProxy
{
    public static void Remove(IServiceCollection services)
    {
        // ASP.NET Core's authorization would run on every request to no effect: the configuration refuses routes that ask for it.
        services.RemoveAll<IAuthorizationHandlerProvider>();
        // Data protection, which YARP uses for session affinity cookies, would keep key files in the home directory: different ones on each gateway of a fleet, and a warning where there
        // is no home directory. Ephemeral keys touch no files.
        services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider>(static _ => new EphemeralDataProtectionProvider()));
        services.Remove(services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == "DataProtectionHostedService"));
    }
}
