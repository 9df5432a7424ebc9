using IdempotencyGateway.Core.Settlement;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Reads what an attempt proved. YARP's error says which side broke, not whether the provider may have acted: that takes the kind of failure and the
/// evidence of the one-shot handler. Whatever is not proven is unknown.
/// </summary>
public static class ForwardOutcomeReader
{
    /// <summary>Reads it where YARP left it, on the request.</summary>
    public static ForwardOutcome Read(HttpContext context, ForwardAttempt attempt, long bodyBytes, bool deadlinePassed) =>
        Read(context.Features.Get<IForwarderErrorFeature>(), attempt, context.Response.StatusCode, bodyBytes, deadlinePassed);

    /// <param name="error">YARP's, or null when it reported none.</param>
    /// <param name="responseStatus">As YARP set it.</param>
    /// <param name="bodyBytes">How much of the answer's body arrived.</param>
    /// <param name="deadlinePassed">The route's own deadline ended the attempt.</param>
    public static ForwardOutcome Read(IForwarderErrorFeature? error, ForwardAttempt attempt, int responseStatus, long bodyBytes, bool deadlinePassed)
    {
        if (error is null || error.Error == ForwarderError.None)
        {
            if (!attempt.WasHanded)
                return ForwardOutcome.AnsweredHere.Instance;
            return attempt switch
            {
                { EndsWithConnection: true } => Cut("the answer ended with its connection, so a cut cannot be told from its end"),
                // The HTTP client compares the two on HTTP/1.1, and does not on HTTP/2.
                { AnnouncedLength: { } announced } when announced != bodyBytes => Cut("the answer was not as long as announced"),
                { Grpc: { HttpStatus: var status } } => status is { } said ? new ForwardOutcome.Answered(said) : Cut("the gRPC answer ended without its status"),
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
        // Failed or ran out of time before the head was begun: while resolving, connecting, or waiting for a connection. That is seen only of a request
        // that went through the one-shot handler.
        ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestCanceled => attempt is { WasHanded: true, WasBegun: false },
        _ => false,
    };

    private static string Describe(IForwarderErrorFeature error) => error.Exception is HttpRequestException request
        ? $"{error.Error}/{request.HttpRequestError}"
        : error.Error.ToString();
}
