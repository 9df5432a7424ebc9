using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Subjects;

/// <summary>A request that deletes a person at the provider, and so orders that what is recorded about that person is erased.</summary>
/// <param name="Named">Whom it deletes, as far as it says.</param>
/// <param name="Caller">Whose records go: its sender's.</param>
/// <param name="On">The provider's statuses that mean that it is done.</param>
public sealed record Deletion(IReadOnlyList<SubjectKey> Named, Digest256 Caller, StatusSet On)
{
    /// <summary>The provider has said so.</summary>
    public bool IsDone { get; init; }

    /// <param name="record">Its own, by which a repetition is known; null where it has none.</param>
    /// <param name="retention">That record's. It is known for twice as long: the record may be written later than the order.</param>
    public ErasureOrder Order(StorageKey? record, TimeSpan retention) => new(Caller, record, retention * 2);
}
