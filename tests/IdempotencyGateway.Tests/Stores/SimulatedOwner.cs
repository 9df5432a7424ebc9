using IdempotencyGateway.Core.Claims;

namespace IdempotencyGateway.Tests.Stores;

/// <summary>One attempt: what it asked for and what it knows so far. It forgets nothing and is told nothing but the store's replies.</summary>
internal sealed class SimulatedOwner(ClaimRequest request)
{
    public ClaimRequest Request { get; } = request;

    /// <summary>Null until a reply to its claim arrived.</summary>
    public ClaimTicket? Ticket { get; set; }

    /// <summary>It was told that it may send.</summary>
    public bool MaySend { get; set; }

    /// <summary>The provider executed its request.</summary>
    public bool HasSent { get; set; }

    /// <summary>It said that it does not know what came of it, and the store took that.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>It gave the permission back, or was refused.</summary>
    public bool IsOver { get; set; }
}
