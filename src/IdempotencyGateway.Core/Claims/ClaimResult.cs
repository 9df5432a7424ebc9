namespace IdempotencyGateway.Core.Claims;

/// <summary>What a store answers to a claim: exactly one of the five cases below.</summary>
public abstract record ClaimResult
{
    private ClaimResult()
    {
    }

    /// <summary>
    /// The permission is this owner's: to send, if claimed as sent; else to prepare and then mark it sent.
    /// Asking again with the same owner is won again, because after a lost reply nobody knows whether the first asking ran.
    /// </summary>
    /// <param name="Ticket">Proof of ownership for every later write.</param>
    /// <param name="Destination">Where the record says an earlier owner sent it (after taking it from doubt), else the request's own.</param>
    public sealed record Won(ClaimTicket Ticket, string? Destination) : ClaimResult
    {
        /// <summary>What an earlier owner could say when it let go, or empty. It stays in the record until this owner says something of its own.</summary>
        public ReadOnlyMemory<byte> Evidence { get; init; }
    }

    /// <summary>Another owner holds it.</summary>
    /// <param name="RemainingLease">By the store's clock; zero or more.</param>
    public sealed record InProgress(TimeSpan RemainingLease) : ClaimResult;

    /// <summary>Answered before.</summary>
    /// <param name="Response">As handed to <c>Complete</c> or <c>Erase</c>.</param>
    /// <param name="RemainingRetention">By the store's clock; zero or more.</param>
    /// <param name="Fence">The record's.</param>
    public sealed record Completed(ReadOnlyMemory<byte> Response, TimeSpan RemainingRetention, long Fence) : ClaimResult;

    /// <summary>The key was used with another fingerprint. Judged before anything else.</summary>
    public sealed record Mismatch : ClaimResult
    {
        public static readonly Mismatch Instance = new();
    }

    /// <summary>It was sent and nobody knows what came of it.</summary>
    /// <param name="Evidence">What its last owner could say when it let go (a status line without a whole body), or empty.</param>
    /// <param name="Destination">Where it was sent, if the record knows.</param>
    /// <param name="Fence">The record's; 0 where there is no evidence and nobody can tell.</param>
    public sealed record InDoubt(ReadOnlyMemory<byte> Evidence, string? Destination, long Fence) : ClaimResult;
}
