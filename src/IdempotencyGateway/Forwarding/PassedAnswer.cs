using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Forwarding;

/// <summary>Tells, on a request that was passed through unguarded, whether the response is a provider's: until something is said, every response claims to be a 200.</summary>
internal static class PassedAnswer
{
    public static bool IsThere(HttpContext context) =>
        context.GetReverseProxyFeature().ProxiedDestination is not null
        && context.Features.Get<IForwarderErrorFeature>() is null or { Error: ForwarderError.None };
}
