using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Tells whether a request that was forwarded without a record got an answer from a provider. The response's status cannot tell, because it is 200 until somebody sets it.
/// </summary>
internal static class PassedAnswer
{
    public static bool IsThere(HttpContext context) => context.GetReverseProxyFeature().ProxiedDestination is not null && FailureOf(context) is null;

    /// <returns>Null where forwarding did not fail.</returns>
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
