using IdempotencyGateway.Core.Settlement;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace IdempotencyGateway.Forwarding;

/// <summary>Observes a provider's answer in a dry run, to tell which outcome a guarded call would have had. It changes nothing about the call.</summary>
internal sealed class WatchedAnswer
{
    private int? _status;
    private GrpcAnswer? _grpc;
    private bool _endsWithConnection;

    /// <summary>The response transform of routes in a dry run.</summary>
    public static ValueTask NoteAsync(ResponseTransformContext context)
    {
        if (context is { ProxyResponse: { RequestMessage: { } request } response } && context.HttpContext.Features.Get<WatchedAnswer>() is { } watched)
        {
            watched._status = (int)response.StatusCode;
            watched._grpc = GrpcAnswer.From(response);
            watched._endsWithConnection = OneShotHandler.EndsWithConnection(request, response);
        }
        return default;
    }

    /// <param name="isLate">The call took longer than the deadline of a guarded one.</param>
    /// <returns>Null when the client disconnected, which ended this call but would not end a guarded one.</returns>
    public ForwardOutcome? Read(HttpContext context, bool isLate)
    {
        if (context.Features.Get<IForwarderErrorFeature>() is { Error: not ForwarderError.None and var error, Exception: var exception })
        {
            if (NeverSent(error, exception))
                return new ForwardOutcome.NeverSent(error.ToString(), TimedOut: false);
            // When the provider breaks off its answer, YARP aborts the client's connection, which then looks as if the client had disconnected.
            var hasClientLeft = error != ForwarderError.ResponseBodyDestination && context.RequestAborted.IsCancellationRequested;
            return hasClientLeft ? null : new ForwardOutcome.Unknown(error.ToString(), _status, TimedOut: false);
        }
        if (_status is not { } status)
            return ForwardOutcome.AnsweredHere.Instance;
        var judged = _grpc is null ? status : _grpc.HttpStatus;
        return judged is null || _endsWithConnection || isLate
            ? new ForwardOutcome.Unknown("the answer came too late, or may be truncated", status, TimedOut: false)
            : new ForwardOutcome.Answered(judged.Value);
    }

    /// <summary>A dry run has no evidence from the one-shot handler, so only the kind of failure counts.</summary>
    private static bool NeverSent(ForwarderError error, Exception? exception) => error switch
    {
        ForwarderError.NoAvailableDestinations or ForwarderError.RequestCreation => true,
        ForwarderError.Request => exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
        },
        _ => false,
    };
}
