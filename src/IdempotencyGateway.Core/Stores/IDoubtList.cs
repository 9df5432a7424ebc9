using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// A store that can list what is in doubt at little cost, whatever else it holds. One that would have to walk its records does not implement this.
/// </summary>
public interface IDoubtList
{
    /// <summary>What an operator can resolve: records in <c>doubt</c>, and those in <c>sent</c> whose lease has lapsed.</summary>
    /// <param name="limit">At most this many are read; the oldest come first.</param>
    /// <exception cref="StoreUnavailableException">The store cannot answer.</exception>
    ValueTask<DoubtPage> ListDoubtsAsync(int limit, CancellationToken cancellation);

    /// <summary>How many <see cref="ListDoubtsAsync"/> would find: the number an operator has to act on.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer.</exception>
    ValueTask<long> CountDoubtsAsync(CancellationToken cancellation);
}

/// <param name="Total">How many there are in all.</param>
public sealed record DoubtPage(IReadOnlyList<DoubtedRecord> Oldest, long Total);

public sealed record DoubtedRecord(StorageKey Key, StoredRecord Record);
