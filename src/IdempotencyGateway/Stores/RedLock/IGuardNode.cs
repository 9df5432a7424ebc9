using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>
/// One of the independent nodes. Every operation is one atomic step, idempotent for the same owner. It returns a
/// <see cref="NodeOutcome"/>, never throws, and has no timeout of its own: callers bound their wait. While the connection
/// lives, operations run in the order in which they were called.
/// </summary>
internal interface IGuardNode : IAsyncDisposable
{
    /// <summary>Reserves the entry: Acquired or Conflicted.</summary>
    Task<NodeOutcome> ClaimAsync(Guard guard, TimeSpan timeToLive);

    /// <summary>Reserved → sent, kept for the retention: Acquired, Expired or Lost. Never creates an entry.</summary>
    Task<NodeOutcome> RaiseAsync(Guard guard, TimeSpan retention);

    /// <summary>Takes the entry of an earlier owner out of doubt, straight into sent: Acquired or Conflicted.</summary>
    Task<NodeOutcome> TakeAsync(Guard guard, TimeSpan retention);

    /// <summary>Deletes the owner's entry: Free.</summary>
    /// <param name="attempt">Deletes only an entry of this attempt; null for any of the owner's.</param>
    Task<NodeOutcome> ReleaseAsync(ClaimTicket ticket, long? attempt);

    /// <summary>Reads the entry: Free or Conflicted.</summary>
    Task<NodeOutcome> LookAsync(StorageKey key);
}
