namespace IdempotencyGateway.Core.Settlement;

/// <summary>What forwarding proved about the provider: exactly one of the four cases below.</summary>
public abstract record ForwardOutcome
{
    private ForwardOutcome()
    {
    }

    /// <summary>A complete answer arrived.</summary>
    /// <param name="Status">The status that the answer is judged by: HTTP's, or for gRPC what <see cref="GrpcStatus"/> makes of its own.</param>
    public sealed record Answered(int Status) : ForwardOutcome;

    /// <summary>The gateway's own configuration answered (a transform, a block); nothing was sent, and it is not the provider's answer.</summary>
    public sealed record AnsweredHere : ForwardOutcome
    {
        public static readonly AnsweredHere Instance = new();
    }

    /// <summary>It is proven that the provider saw nothing of the request.</summary>
    /// <param name="Reason">What was seen, for the client and the log.</param>
    /// <param name="TimedOut">Time ran out before anything left.</param>
    public sealed record NeverSent(string Reason, bool TimedOut) : ForwardOutcome;

    /// <summary>The provider may have acted.</summary>
    /// <param name="Reason">What was seen, for logs and the record.</param>
    /// <param name="Status">The status line, when one arrived before things broke.</param>
    /// <param name="TimedOut">Time ran out (504), as opposed to a broken exchange (502).</param>
    public sealed record Unknown(string Reason, int? Status, bool TimedOut) : ForwardOutcome;
}
