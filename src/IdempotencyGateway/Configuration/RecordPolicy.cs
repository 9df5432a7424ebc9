using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Configuration;

/// <summary>What is kept of an answer.</summary>
public sealed record RecordPolicy
{
    /// <summary>Which provider statuses are final; others free the key.</summary>
    public SettlementPolicy Settlement { get; init; } = new(StatusSet.Default);

    /// <summary>The largest response body kept, in bytes; of a larger one only the fact is kept.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    public RecordableHeaders Headers { get; init; } = RecordableHeaders.Default;
}
