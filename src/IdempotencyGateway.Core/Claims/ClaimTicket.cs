using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Claims;

/// <summary>Proof that an owner holds a record. Every write after the claim carries it, and a store refuses a write whose ticket is not the record's current one.</summary>
/// <param name="Fence">The fencing token: counts the owners that this record has had, from 1.</param>
public readonly record struct ClaimTicket(StorageKey Key, OwnerId Owner, long Fence);
