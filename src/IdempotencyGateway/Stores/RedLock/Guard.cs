using IdempotencyGateway.Core.Claims;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>What one attempt to guard a permission writes on the nodes.</summary>
/// <param name="Ticket">The ticket that the authority granted.</param>
/// <param name="Attempt">From 1, unique in the process: undoing a failed attempt must not undo a later one of the same owner.</param>
/// <param name="Destination">Where the request is about to be sent; empty when unknown.</param>
internal sealed record Guard(ClaimTicket Ticket, long Attempt, string Destination);

/// <summary>Another owner's entry, as a node reports it.</summary>
/// <param name="Sent">True when its owner may have been given the permission to send; false for a reservation, under which nothing was sent.</param>
/// <param name="Destination">Where the request was sent; empty when unknown.</param>
/// <param name="Remaining">How long the node will keep the entry, by the node's clock.</param>
internal sealed record HeldGuard(OwnerId Owner, long Fence, bool Sent, string Destination, TimeSpan Remaining);
