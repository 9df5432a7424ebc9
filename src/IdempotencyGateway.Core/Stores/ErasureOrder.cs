using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>An order to erase what is recorded about a subject.</summary>
/// <param name="Caller">The caller whose records are erased (<see cref="CallerScope.Digest"/>); null for all callers.</param>
/// <param name="Deletion">The record of the request that gave the order. A repeated order is recognised by it, and this record itself is not erased. Null when every order is a new one.</param>
/// <param name="Retention">How long <paramref name="Deletion"/> is remembered as having given its order. Longer than the retention of that record.</param>
public sealed record ErasureOrder(Digest256? Caller, StorageKey? Deletion, TimeSpan Retention)
{
    public bool Reaches(SubjectEntry entry) => (Caller is null || entry.Caller == Caller) && entry.Record != Deletion;
}
