using Microsoft.AspNetCore.Http.Features;

namespace SimulatedProvider.Faults;

/// <summary>A fault that the provider can simulate: exactly one of the cases below.</summary>
public abstract record Fault
{
    private Fault(FaultMoment moment) => Moment = moment;

    /// <summary>When the fault occurs.</summary>
    public FaultMoment Moment { get; }

    /// <summary>The provider waits this long, then continues, even if the client disconnects.</summary>
    public sealed record Latency(TimeSpan Duration) : Fault(FaultMoment.BeforeExecuting);

    /// <summary>The provider waits for the gate, then continues, even if the client disconnects.</summary>
    public sealed record Hold(FaultGate Gate, FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment);

    /// <summary>The provider never answers. Ends when the client disconnects.</summary>
    public sealed record Hang(FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment);

    /// <summary>The connection ends with a TCP reset, without a byte of an answer. On HTTP/2 this ends all streams of the connection.</summary>
    public sealed record Reset(FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment);

    /// <summary>The connection is closed in an orderly way (FIN), without a byte of an answer.</summary>
    public sealed record Close(FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment);

    /// <summary>As <see cref="Close"/>, but only for requests without a body, which HTTP clients re-send by themselves.</summary>
    public sealed record Drop(FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment)
    {
        internal override string? ReasonNotFor(HttpContext context) =>
            HasBody(context) ? "only a request without a body can be dropped; use close for others" : null;
    }

    /// <summary>HTTP/2 only: RST_STREAM with REFUSED_STREAM, which promises that nothing was processed. After executing, this is a lie.</summary>
    public sealed record RefuseStream(FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment)
    {
        internal override string? ReasonNotFor(HttpContext context) =>
            IsHttp2(context) ? null : "HTTP/1.1 has no streams to refuse";
    }

    /// <summary>The provider answers with this status (200 to 599) instead of the operation's own.</summary>
    public sealed record Status(int Code, FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment)
    {
        /// <summary>The Retry-After header. Default: 42 seconds for 429 and 503, none for others.</summary>
        public TimeSpan? RetryAfter { get; init; } = Code is 429 or 503 ? TimeSpan.FromSeconds(42) : null;
    }

    /// <summary>The provider announces the whole answer by Content-Length, sends half of the body and closes (HTTP/2: resets the stream). An answer without a body arrives whole.</summary>
    public sealed record Truncate() : Fault(FaultMoment.AfterExecuting);

    /// <summary>HTTP/1.1 only: the whole answer, without Content-Length or chunked encoding, ended by closing the connection, so that it looks the same as a truncated one.</summary>
    public sealed record CloseDelimited() : Fault(FaultMoment.AfterExecuting)
    {
        internal override string? ReasonNotFor(HttpContext context) =>
            IsHttp2(context) ? "HTTP/2 always frames its bodies" : null;
    }

    /// <summary>Why the fault cannot be applied to this request; null when it can.</summary>
    internal virtual string? ReasonNotFor(HttpContext context) => null;

    private static bool HasBody(HttpContext context) =>
        context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody;

    private static bool IsHttp2(HttpContext context) => HttpProtocol.IsHttp2(context.Request.Protocol);
}
