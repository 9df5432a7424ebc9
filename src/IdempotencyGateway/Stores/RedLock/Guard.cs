using IdempotencyGateway.Core.Claims;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>What one attempt to get a permission guarded writes on the nodes.</summary>
/// <param name="Ticket">The authority's word that it is this owner's turn.</param>
/// <param name="Attempt">From 1, never twice in a process: tidying up after a failed attempt must not undo a later one of the same owner.</param>
/// <param name="Destination">Where it is about to be sent; empty when not known.</param>
internal sealed record Guard(ClaimTicket Ticket, long Attempt, string Destination);

/// <summary>An entry as a node reports it when it is not the asker's.</summary>
/// <param name="Sent">Its owner may have been given the permission to send; else it is a reservation, and nothing was sent under it.</param>
/// <param name="Destination">Where it was sent; empty when not known.</param>
/// <param name="Remaining">How long the node keeps it, by the node's clock.</param>
internal sealed record HeldGuard(OwnerId Owner, long Fence, bool Sent, string Destination, TimeSpan Remaining);
