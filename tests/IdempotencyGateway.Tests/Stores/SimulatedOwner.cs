using IdempotencyGateway.Core.Claims;

namespace IdempotencyGateway.Tests.Stores;

/// <summary>One simulated claim attempt and what it knows. It learns only from the store's replies, and forgets nothing.</summary>
internal sealed class SimulatedOwner(ClaimRequest request)
{
    public ClaimRequest Request { get; } = request;

    /// <summary>Its ticket; null until a reply to its claim has arrived.</summary>
    public ClaimTicket? Ticket { get; set; }

    /// <summary>Whether it was granted the permission to send.</summary>
    public bool MaySend { get; set; }

    /// <summary>Whether the provider executed its request.</summary>
    public bool HasSent { get; set; }

    /// <summary>Whether it declared its outcome unknown and the store accepted that.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>Whether the attempt has ended: completed, released or refused.</summary>
    public bool IsOver { get; set; }
}
