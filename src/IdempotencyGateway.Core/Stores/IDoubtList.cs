using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// A store that can list records in doubt cheaply, however many other records it holds. A store that would have to scan all records does not implement this.
/// </summary>
public interface IDoubtList
{
    /// <summary>Lists the records that an operator can resolve: those in <c>doubt</c>, and those in <c>sent</c> whose lease has lapsed.</summary>
    /// <param name="limit">The most records to return; the oldest come first.</param>
    /// <exception cref="StoreUnavailableException">The store cannot answer.</exception>
    ValueTask<DoubtPage> ListDoubtsAsync(int limit, CancellationToken cancellation);

    /// <summary>How many records <see cref="ListDoubtsAsync"/> would find without a limit.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer.</exception>
    ValueTask<long> CountDoubtsAsync(CancellationToken cancellation);
}

/// <param name="Total">How many records in doubt there are in all.</param>
public sealed record DoubtPage(IReadOnlyList<DoubtedRecord> Oldest, long Total);

public sealed record DoubtedRecord(StorageKey Key, StoredRecord Record);
