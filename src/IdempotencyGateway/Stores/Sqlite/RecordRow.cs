using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>One record, as the transitions see it. A transition makes a new one; equal rows are not written again.</summary>
internal sealed record RecordRow
{
    public required RecordState State { get; init; }

    public required Fingerprint Fingerprint { get; init; }

    /// <summary>Null once an operator decided over the record: no ticket matches it any more.</summary>
    public required OwnerId? Owner { get; init; }

    public required long Fence { get; init; }

    /// <summary>On the monotonic clock, while claimed or sent. A doubt that a lapsed lease left behind keeps it; one that the owner declared has 0, which no lease ends at.</summary>
    public required long LeaseUntil { get; init; }

    public required long CreatedAt { get; init; }

    public required long ExpiresAt { get; init; }

    public required string? Destination { get; init; }

    /// <summary>The response or tombstone when done, the evidence when in doubt or taken from doubt, else empty.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The row that a stored, settled record's content lies in; else 0.</summary>
    public long AnswerId { get; init; }

    /// <summary>Its table has a row of this key, if perhaps an older one.</summary>
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
