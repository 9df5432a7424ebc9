using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Subjects;

/// <summary>A request that deletes a person at the provider. Its success orders the erasure of what is recorded about that person.</summary>
/// <param name="Named">The persons that the request names.</param>
/// <param name="Caller">The request's caller: only its records are erased.</param>
/// <param name="On">The provider's statuses that confirm the deletion.</param>
public sealed record Deletion(IReadOnlyList<SubjectKey> Named, Digest256 Caller, StatusSet On)
{
    /// <summary>The provider has confirmed the deletion.</summary>
    public bool IsDone { get; init; }

    /// <param name="record">The deletion's own record, by which a repetition is recognized; null when it has none.</param>
    /// <param name="retention">That record's retention. The deletion is remembered for twice as long, because the record may be written later than the order.</param>
    public ErasureOrder Order(StorageKey? record, TimeSpan retention) => new(Caller, record, retention * 2);
}
