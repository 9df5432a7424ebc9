using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Records;

namespace IdempotencyGateway.Claims;

/// <summary>What a leader tells the duplicates that waited for it: exactly one of the three cases below.</summary>
public abstract record LeaderNews
{
    private LeaderNews()
    {
    }

    /// <param name="Expires">The store has it until then; null while it has not taken it, which is the provider's answer all the same.</param>
    public sealed record Answered(RecordedAnswer Answer, DateTimeOffset? Expires) : LeaderNews;

    /// <summary>It was sent and nobody knows what came of it.</summary>
    /// <param name="ProviderStatus">The status line, where one was seen.</param>
    /// <param name="Verdict">Over the request, where it was scored.</param>
    public sealed record InDoubt(int? ProviderStatus, Verdict? Verdict) : LeaderNews;

    /// <summary>Nothing to go by: whoever still wants an answer asks the store, one after the other.</summary>
    public sealed record AskAgain : LeaderNews
    {
        public static readonly AskAgain Instance = new();
    }
}
