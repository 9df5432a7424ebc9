using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Records;

namespace IdempotencyGateway.Claims;

/// <summary>The result that a leader shares with the duplicates that wait for it: exactly one of the three cases below.</summary>
public abstract record LeaderResult
{
    private LeaderResult()
    {
    }

    /// <param name="Expires">When the record expires. Null while the store has not recorded the answer, which is the provider's all the same.</param>
    public sealed record Answered(RecordedAnswer Answer, DateTimeOffset? Expires) : LeaderResult;

    /// <summary>The request was sent, and its outcome is unknown.</summary>
    /// <param name="ProviderStatus">The provider's status, if it arrived.</param>
    /// <param name="Verdict">The request's fraud verdict, if it was scored.</param>
    public sealed record InDoubt(int? ProviderStatus, Verdict? Verdict) : LeaderResult;

    /// <summary>There is no result to share: each waiter has to try to lead, and asks the store itself.</summary>
    public sealed record AskAgain : LeaderResult
    {
        public static readonly AskAgain Instance = new();
    }
}
