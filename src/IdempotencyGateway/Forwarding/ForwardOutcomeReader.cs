using System.Net.Http;
using IdempotencyGateway.Core.Settlement;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Reads what an attempt proved. YARP's error says which side broke, not whether the provider may have acted: that takes the kind of failure and the
/// evidence of the one-shot handler. Whatever is not proven is unknown.
/// </summary>
public static class ForwardOutcomeReader
{
    /// <param name="error">YARP's, or null when it reported none.</param>
    /// <param name="deadlinePassed">The route's own deadline ended the attempt.</param>
    public static ForwardOutcome Read(IForwarderErrorFeature? error, ForwardAttempt attempt, int responseStatus, bool deadlinePassed)
    {
        if (error is null || error.Error == ForwarderError.None)
        {
            if (!attempt.WasHanded)
                return new ForwardOutcome.NeverSent("answered by a transform", TimedOut: false);
            return attempt.EndsWithConnection
                ? new ForwardOutcome.Unknown("the answer ended with its connection, so a cut cannot be told from its end", attempt.Status, TimedOut: false)
                : new ForwardOutcome.Answered(attempt.Status ?? responseStatus);
        }
        var timedOut = deadlinePassed || error.Error == ForwarderError.RequestTimedOut;
        return ProvesNeverSent(error, attempt)
            ? new ForwardOutcome.NeverSent(Describe(error), timedOut)
            : new ForwardOutcome.Unknown(Describe(error), attempt.Status, timedOut);
    }

    private static bool ProvesNeverSent(IForwarderErrorFeature error, ForwardAttempt attempt) => error.Error switch
    {
        ForwarderError.NoAvailableDestinations or ForwarderError.RequestCreation => true,
        ForwarderError.Request => NeverConnected(error.Exception) || attempt.StartedNothingOnHttp11 || !attempt.WasHanded,
        // Time ran out while connecting or waiting for a connection; on HTTP/1.1 no byte goes out before the body starts.
        ForwarderError.RequestTimedOut or ForwarderError.RequestCanceled => attempt.StartedNothingOnHttp11 || !attempt.WasHanded,
        _ => false,
    };

    private static bool NeverConnected(Exception? exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
    };

    private static string Describe(IForwarderErrorFeature error) => error.Exception is HttpRequestException request
        ? $"{error.Error}/{request.HttpRequestError}"
        : error.Error.ToString();
}
