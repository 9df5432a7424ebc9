using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>Somebody's wish to have what is recorded about a subject erased.</summary>
/// <param name="Caller">Whose records are meant (<see cref="CallerScope.Digest"/>); null for everybody's.</param>
/// <param name="Deletion">The record of the request that the wish came with: a repetition is recognised by it, and it is not erased itself. Null when every wish is a new one.</param>
/// <param name="Retention">How long it is remembered, with <paramref name="Deletion"/>. Longer than that record's.</param>
public sealed record ErasureOrder(Digest256? Caller, StorageKey? Deletion, TimeSpan Retention)
{
    public bool Reaches(SubjectEntry entry) => (Caller is null || entry.Caller == Caller) && entry.Record != Deletion;
}
