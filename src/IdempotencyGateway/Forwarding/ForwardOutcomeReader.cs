using IdempotencyGateway.Core.Settlement;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Decides what a forwarding attempt proved. YARP's error says which side failed, but not whether the provider may have acted; that also takes the evidence in
/// <see cref="ForwardAttempt"/>. Whatever is not proven is unknown.
/// </summary>
public static class ForwardOutcomeReader
{
    /// <summary>Reads the error and the status that YARP left on the request.</summary>
    public static ForwardOutcome Read(HttpContext context, ForwardAttempt attempt, long bodyBytes, bool deadlinePassed) =>
        Read(context.Features.Get<IForwarderErrorFeature>(), attempt, context.Response.StatusCode, bodyBytes, deadlinePassed);

    /// <param name="error">YARP's, or null when it reported none.</param>
    /// <param name="responseStatus">The status that YARP set.</param>
    /// <param name="bodyBytes">How many bytes of the answer's body arrived.</param>
    /// <param name="deadlinePassed">Whether the route's own deadline ended the attempt.</param>
    public static ForwardOutcome Read(IForwarderErrorFeature? error, ForwardAttempt attempt, int responseStatus, long bodyBytes, bool deadlinePassed)
    {
        if (error is null || error.Error == ForwarderError.None)
        {
            if (!attempt.WasHandedOver)
                return ForwardOutcome.AnsweredHere.Instance;
            return attempt switch
            {
                { EndsWithConnection: true } => Cut("only the end of the connection ended the answer, so it may be truncated"),
                // The HTTP client checks this on HTTP/1.1, but not on HTTP/2.
                { AnnouncedLength: { } announced } when announced != bodyBytes => Cut("the answer's length differs from its Content-Length"),
                { Grpc: { HttpStatus: var status } } => status is { } said ? new ForwardOutcome.Answered(said) : Cut("the gRPC answer ended without a grpc-status"),
                _ => new ForwardOutcome.Answered(attempt.Status ?? responseStatus),
            };
        }
        var timedOut = deadlinePassed || error.Error == ForwarderError.RequestTimedOut;
        return ProvesNeverSent(error, attempt)
            ? new ForwardOutcome.NeverSent(Describe(error), timedOut)
            : new ForwardOutcome.Unknown(Describe(error), attempt.Status, timedOut);

        ForwardOutcome.Unknown Cut(string reason) => new(reason, attempt.Status, TimedOut: false);
    }

    private static bool ProvesNeverSent(IForwarderErrorFeature error, ForwardAttempt attempt) => error.Error switch
    {
        ForwarderError.NoAvailableDestinations or ForwarderError.RequestCreation => true,
        // Failed or timed out before the head was begun: during name resolution or connecting, or while waiting for a pooled connection. Only a request that
        // went through the one-shot handler has this evidence.
        ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestCanceled => attempt is { WasHandedOver: true, WasBegun: false },
        _ => false,
    };

    private static string Describe(IForwarderErrorFeature error) => error.Exception is HttpRequestException request
        ? $"{error.Error}/{request.HttpRequestError}"
        : error.Error.ToString();
}
