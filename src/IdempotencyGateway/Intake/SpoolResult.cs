using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Intake;

/// <summary>The result of reading a body: exactly one of the three cases below.</summary>
public abstract record SpoolResult
{
    private SpoolResult()
    {
    }

    /// <summary>The whole body, owned by the receiver.</summary>
    public sealed record Whole(SpooledBody Body) : SpoolResult;

    public sealed record Refused(ProblemReply Reply) : SpoolResult;

    /// <summary>The client disconnected.</summary>
    public sealed record ClientGone : SpoolResult
    {
        public static readonly ClientGone Instance = new();
    }
}
