namespace IdempotencyGateway.Core.Settlement;

/// <summary>The outcome of forwarding, as far as it is proven: exactly one of the four cases below.</summary>
public abstract record ForwardOutcome
{
    private ForwardOutcome()
    {
    }

    /// <summary>A complete answer arrived.</summary>
    /// <param name="Status">The status by which the answer is judged: the HTTP status, or for gRPC the HTTP status to which <see cref="GrpcStatus"/> maps its own.</param>
    public sealed record Answered(int Status) : ForwardOutcome;

    /// <summary>The gateway answered by itself, by its configuration (such as a transform). Nothing was sent to the provider.</summary>
    public sealed record AnsweredHere : ForwardOutcome
    {
        public static readonly AnsweredHere Instance = new();
    }

    /// <summary>It is proven that the provider saw nothing of the request.</summary>
    /// <param name="Reason">What was observed, for the client and the log.</param>
    /// <param name="TimedOut">Time ran out before anything was sent.</param>
    public sealed record NeverSent(string Reason, bool TimedOut) : ForwardOutcome;

    /// <summary>The provider may have acted.</summary>
    /// <param name="Reason">What was observed, for the client and the log.</param>
    /// <param name="Status">The provider's status, if it arrived before the failure.</param>
    /// <param name="TimedOut">True for a timeout (504), false for another failure (502).</param>
    public sealed record Unknown(string Reason, int? Status, bool TimedOut) : ForwardOutcome;
}
