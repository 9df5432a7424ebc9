using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Claims;

/// <summary>Proof of ownership. Every write after the claim carries it, and a store refuses one that is not the record's own.</summary>
/// <param name="Fence">Counts the owners this record has had, from 1.</param>
public readonly record struct ClaimTicket(StorageKey Key, OwnerId Owner, long Fence);
