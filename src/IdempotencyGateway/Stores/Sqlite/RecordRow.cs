using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>One record. Immutable: a transition returns a new instance, which is written only if it differs.</summary>
internal sealed record RecordRow
{
    public required RecordState State { get; init; }

    public required Fingerprint Fingerprint { get; init; }

    /// <summary>Null once the record was resolved or erased, so that no ticket matches it any more.</summary>
    public required OwnerId? Owner { get; init; }

    public required long Fence { get; init; }

    /// <summary>On the monotonic clock, while claimed or sent. A doubt that a lapsed lease caused keeps it; one that the owner declared has 0, where no lease ends.</summary>
    public required long LeaseUntil { get; init; }

    public required long CreatedAt { get; init; }

    public required long ExpiresAt { get; init; }

    public required string? Destination { get; init; }

    /// <summary>The response or tombstone when done, the evidence when in doubt or taken from doubt, else empty.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The row of <c>answers</c> that holds a stored, settled record; otherwise 0.</summary>
    public long AnswerId { get; init; }

    /// <summary>The key has a row in the table, which may be out of date.</summary>
    public bool IsInTable { get; init; }

    public bool IsSettled => State == RecordState.Done;

    public bool IsOwnedBy(ClaimTicket ticket) => Owner == ticket.Owner && Fence == ticket.Fence;

    public bool HasExpired(StoreTime now) => ExpiresAt <= now.Wall;

    public bool HasLapsed(StoreTime now) => LeaseUntil <= now.Monotonic;

    public bool LapsedIntoDoubt => State == RecordState.Doubt && LeaseUntil != 0;

    public TimeSpan RemainingLease(StoreTime now) =>
        State is RecordState.Claimed or RecordState.Sent ? Remaining(LeaseUntil, now.Monotonic) : TimeSpan.Zero;

    public TimeSpan RemainingRetention(StoreTime now) => Remaining(ExpiresAt, now.Wall);

    public StoredRecord ToStoredRecord(StoreTime now) => new(
        State,
        Fence,
        DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt),
        RemainingLease(now),
        Destination,
        Content);

    private static TimeSpan Remaining(long end, long now) => TimeSpan.FromMilliseconds(Math.Max(0, end - now));
}
