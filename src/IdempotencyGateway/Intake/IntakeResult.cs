using IdempotencyGateway.Exchange;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Intake;

/// <summary>What came of taking in a request: exactly one of the four cases below.</summary>
public abstract record IntakeResult
{
    private IntakeResult()
    {
    }

    /// <summary>Not ours to guard: it passes through.</summary>
    /// <param name="Body">Owned by whoever receives this, when a key was looked for in it; null when the request is untouched and unread.</param>
    public sealed record Unguarded(SpooledBody? Body) : IntakeResult
    {
        public static readonly Unguarded Untouched = new(Body: null);
    }

    /// <summary>Owned by whoever receives this.</summary>
    public sealed record Guarded(GuardedRequest Request) : IntakeResult;

    /// <param name="Key">The client's key as it was spelled, where it could be read.</param>
    public sealed record Refused(ProblemReply Reply, string? Key) : IntakeResult;

    /// <summary>Nobody is there to be answered, and nothing was sent.</summary>
    public sealed record ClientGone : IntakeResult
    {
        public static readonly ClientGone Instance = new();
    }
}
