using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Intake;

/// <summary>What came of taking in a body: exactly one of the three cases below.</summary>
public abstract record SpoolResult
{
    private SpoolResult()
    {
    }

    /// <summary>All of it, owned by whoever receives this.</summary>
    public sealed record Whole(SpooledBody Body) : SpoolResult;

    public sealed record Refused(ProblemReply Reply) : SpoolResult;

    /// <summary>Nobody is there to be answered.</summary>
    public sealed record ClientGone : SpoolResult
    {
        public static readonly ClientGone Instance = new();
    }
}
