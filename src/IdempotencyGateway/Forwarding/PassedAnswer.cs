using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Forwarding;

/// <summary>Tells, on a request that was forwarded without a record, whether the response is a provider's: until something is said, every response claims to be a 200.</summary>
internal static class PassedAnswer
{
    public static bool IsThere(HttpContext context) => context.GetReverseProxyFeature().ProxiedDestination is not null && FailureOf(context) is null;

    /// <returns>Null where nothing went wrong.</returns>
    public static PassFailure? FailureOf(HttpContext context)
    {
        if (context.Features.Get<IForwarderErrorFeature>() is not { Error: not ForwarderError.None and var error })
            return null;
        var status = context.Response.StatusCode;
        return error switch
        {
            ForwarderError.NoAvailableDestinations or ForwarderError.RequestCreation => new PassFailure.NeverSent(error.ToString(), status),
            ForwarderError.RequestBodyClient => new PassFailure.UnreadableBody(status),
            _ => new PassFailure.NoAnswer(error.ToString(), status),
        };
    }
}
