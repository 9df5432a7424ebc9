using IdempotencyGateway.Exchange;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Intake;

/// <summary>What came of taking in a request: exactly one of the four cases below.</summary>
public abstract record IntakeResult
{
    private IntakeResult()
    {
    }

    /// <summary>Not ours to guard: it passes through, untouched and unread.</summary>
    public sealed record Unguarded : IntakeResult
    {
        public static readonly Unguarded Instance = new();
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
