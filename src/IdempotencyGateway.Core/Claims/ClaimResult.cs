namespace IdempotencyGateway.Core.Claims;

/// <summary>What a store answers to a claim: exactly one of the five cases below.</summary>
public abstract record ClaimResult
{
    private ClaimResult()
    {
    }

    /// <summary>
    /// This owner holds the record. If it claimed as sent, it may send; otherwise it may prepare and must then mark the record as sent.
    /// Claiming again with the same owner wins again, because after a lost reply the owner cannot know whether its first claim took effect.
    /// </summary>
    /// <param name="Ticket">Proof of ownership for every later write.</param>
    /// <param name="Destination">For a record taken from doubt, the destination to which an earlier owner sent the request; else the destination in the claim request.</param>
    public sealed record Won(ClaimTicket Ticket, string? Destination) : ClaimResult
    {
        /// <summary>What an earlier owner knew about the outcome when it gave up, or empty. It stays in the record until this owner replaces it.</summary>
        public ReadOnlyMemory<byte> Evidence { get; init; }
    }

    /// <summary>Another owner holds the record.</summary>
    /// <param name="RemainingLease">By the store's clock; zero or more.</param>
    public sealed record InProgress(TimeSpan RemainingLease) : ClaimResult;

    /// <summary>The request was answered before.</summary>
    /// <param name="Response">The bytes given to <c>Complete</c> or <c>Erase</c>.</param>
    /// <param name="RemainingRetention">By the store's clock; zero or more.</param>
    /// <param name="Fence">The fence of the record.</param>
    public sealed record Completed(ReadOnlyMemory<byte> Response, TimeSpan RemainingRetention, long Fence) : ClaimResult;

    /// <summary>The key was used with another fingerprint. This is checked before anything else.</summary>
    public sealed record Mismatch : ClaimResult
    {
        public static readonly Mismatch Instance = new();
    }

    /// <summary>The request was sent, or may have been, and its outcome is unknown.</summary>
    /// <param name="Evidence">What its last owner knew about the outcome when it gave up (a status without a complete body), or empty.</param>
    /// <param name="Destination">Where the request was sent; null if the record does not say.</param>
    /// <param name="Fence">The fence of the record; 0 where the store cannot tell it and there is no evidence.</param>
    public sealed record InDoubt(ReadOnlyMemory<byte> Evidence, string? Destination, long Fence) : ClaimResult;
}
