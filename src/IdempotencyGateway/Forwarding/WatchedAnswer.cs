using IdempotencyGateway.Core.Settlement;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace IdempotencyGateway.Forwarding;

/// <summary>What is seen of a call that passes by in a dry run: enough to tell what a guard would have made of its end. Nothing of the call changes by it.</summary>
internal sealed class WatchedAnswer
{
    private int? _status;
    private GrpcAnswer? _grpc;
    private bool _endsWithConnection;

    /// <summary>A transform of routes in a dry run.</summary>
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

    /// <param name="isLate">A guarded call would have ended before.</param>
    /// <returns>Null when the client left, whom a guarded call outlives.</returns>
    public ForwardOutcome? Read(HttpContext context, bool isLate)
    {
        if (context.Features.Get<IForwarderErrorFeature>() is { Error: not ForwarderError.None and var error, Exception: var exception })
        {
            if (NeverSent(error, exception))
                return new ForwardOutcome.NeverSent(error.ToString(), TimedOut: false);
            // Where the provider breaks off its answer, YARP hangs up on the client, which looks as if the client had left.
            var hasClientLeft = error != ForwarderError.ResponseBodyDestination && context.RequestAborted.IsCancellationRequested;
            return hasClientLeft ? null : new ForwardOutcome.Unknown(error.ToString(), _status, TimedOut: false);
        }
        if (_status is not { } status)
            return ForwardOutcome.AnsweredHere.Instance;
        var judged = _grpc is null ? status : _grpc.HttpStatus;
        return judged is null || _endsWithConnection || isLate
            ? new ForwardOutcome.Unknown("the answer came late, or its end cannot be told", status, TimedOut: false)
            : new ForwardOutcome.Answered(judged.Value);
    }

    /// <summary>Of a guarded call it is proven by what the one-shot handler saw; here by the kind of failure.</summary>
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
