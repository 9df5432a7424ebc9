using IdempotencyGateway.Exchange;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Intake;

/// <summary>The result of reading a request: exactly one of the four cases below.</summary>
public abstract record IntakeResult
{
    private IntakeResult()
    {
    }

    /// <summary>The request is not guarded: it passes through.</summary>
    /// <param name="Body">The body, if it had to be read, and then owned by the receiver; null if it is still unread.</param>
    public sealed record Unguarded(SpooledBody? Body) : IntakeResult
    {
        public static readonly Unguarded Untouched = new(Body: null);
    }

    /// <summary>The receiver owns the request.</summary>
    public sealed record Guarded(GuardedRequest Request) : IntakeResult;

    /// <param name="Key">The client's key as sent, if it could be read.</param>
    public sealed record Refused(ProblemReply Reply, string? Key) : IntakeResult;

    /// <summary>The client disconnected, and nothing was sent to the provider.</summary>
    public sealed record ClientGone : IntakeResult
    {
        public static readonly ClientGone Instance = new();
    }
}
