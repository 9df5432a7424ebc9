using Microsoft.AspNetCore.Http.Features;

namespace SimulatedProvider.Faults;

/// <summary>One thing that a provider can do wrong: exactly one of the cases below.</summary>
public abstract record Fault
{
    private Fault(FaultMoment moment) => Moment = moment;

    /// <summary>When it strikes.</summary>
    public FaultMoment Moment { get; }

    /// <summary>The provider takes this long, then goes on. A client that leaves meanwhile does not stop it.</summary>
    public sealed record Latency(TimeSpan Duration) : Fault(FaultMoment.BeforeExecuting);

    /// <summary>Waits for the gate, then goes on. A client that leaves meanwhile does not stop it.</summary>
    public sealed record Hold(FaultGate Gate, FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment);

    /// <summary>Never answers; ends when the client leaves.</summary>
    public sealed record Hang(FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment);

    /// <summary>The connection ends with a TCP reset, without one byte of an answer. Takes every stream of an HTTP/2 connection with it.</summary>
    public sealed record Reset(FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment);

    /// <summary>The connection is closed in good order (FIN), without one byte of an answer.</summary>
    public sealed record Close(FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment);

    /// <summary><see cref="Close"/>, for requests without a body only: the ones that HTTP clients send again by themselves.</summary>
    public sealed record Drop(FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment)
    {
        internal override string? ReasonNotFor(HttpContext context) =>
            HasBody(context) ? "only a request without a body can be dropped; for others there is close" : null;
    }

    /// <summary>HTTP/2 only: RST_STREAM with REFUSED_STREAM, which promises that nothing was processed (a lie, after executing).</summary>
    public sealed record RefuseStream(FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment)
    {
        internal override string? ReasonNotFor(HttpContext context) =>
            IsHttp2(context) ? null : "HTTP/1.1 has no streams to refuse";
    }

    /// <summary>Answers with this status (200 to 599) instead of the operation's own.</summary>
    public sealed record Status(int Code, FaultMoment Moment = FaultMoment.BeforeExecuting) : Fault(Moment)
    {
        /// <summary>The Retry-After header; 42 seconds with 429 and 503 unless told otherwise.</summary>
        public TimeSpan? RetryAfter { get; init; } = Code is 429 or 503 ? TimeSpan.FromSeconds(42) : null;
    }

    /// <summary>Promises the whole answer with Content-Length, sends half of it and closes (HTTP/2: resets the stream). Without a body there is nothing to cut.</summary>
    public sealed record Truncate() : Fault(FaultMoment.AfterExecuting);

    /// <summary>HTTP/1.1 only: the whole answer without Content-Length or chunks, ended by closing, so that nobody can tell it from half of one.</summary>
    public sealed record CloseDelimited() : Fault(FaultMoment.AfterExecuting)
    {
        internal override string? ReasonNotFor(HttpContext context) =>
            IsHttp2(context) ? "HTTP/2 always frames its bodies" : null;
    }

    /// <summary>Why this request cannot suffer this fault; null when it can.</summary>
    internal virtual string? ReasonNotFor(HttpContext context) => null;

    private static bool HasBody(HttpContext context) =>
        context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody;

    private static bool IsHttp2(HttpContext context) => HttpProtocol.IsHttp2(context.Request.Protocol);
}
