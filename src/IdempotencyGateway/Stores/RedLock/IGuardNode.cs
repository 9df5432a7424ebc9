using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>
/// One of the independent nodes. Every question is one atomic step there, idempotent for the same owner, and answered by a
/// <see cref="NodeOutcome"/>, never by an exception, and not necessarily soon: whoever asks bounds its own wait. While the connection
/// lives, questions run in the order in which they were asked.
/// </summary>
internal interface IGuardNode : IAsyncDisposable
{
    /// <summary>Reserves the entry: Acquired or Conflicted.</summary>
    Task<NodeOutcome> ClaimAsync(Guard guard, TimeSpan timeToLive);

    /// <summary>Reserved → sent, kept for the retention: Acquired, Expired or Lost. Never makes an entry.</summary>
    Task<NodeOutcome> RaiseAsync(Guard guard, TimeSpan retention);

    /// <summary>Takes the entry of an earlier owner out of doubt, straight into sent: Acquired or Conflicted.</summary>
    Task<NodeOutcome> TakeAsync(Guard guard, TimeSpan retention);

    /// <summary>Lets go of the owner's entry: Free.</summary>
    /// <param name="attempt">Only what this attempt put there; null for whatever is the owner's.</param>
    Task<NodeOutcome> ReleaseAsync(ClaimTicket ticket, long? attempt);

    /// <summary>Whose the entry is: Free or Conflicted.</summary>
    Task<NodeOutcome> LookAsync(StorageKey key);
}
