using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Admin.Records;

/// <summary>A record as operators see it: its state and sizes, never its content.</summary>
/// <param name="State">See <see cref="NameOf"/>.</param>
/// <param name="Resolvable">The record is in doubt, or was sent by an owner whose lease lapsed, so an operator may resolve it.</param>
/// <param name="RemainingLeaseSeconds">0 when the lease lapsed or does not apply.</param>
/// <param name="Destination">Where the request was sent: cluster/destination.</param>
/// <param name="Content">A description of what is kept; null if nothing is.</param>
internal sealed record RecordAnswer(
    string StorageKey,
    string State,
    bool Resolvable,
    long Fence,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    double RemainingLeaseSeconds,
    string? Destination,
    ContentAnswer? Content)
{
    public static RecordAnswer Of(StorageKey key, StoredRecord record) => new(
        key.ToString(),
        NameOf(record.State),
        record.IsDoubtful,
        record.Fence,
        record.CreatedAt,
        record.ExpiresAt,
        record.RemainingLease.TotalSeconds,
        record.Destination,
        record.Response.IsEmpty ? null : ContentAnswer.Of(RecordCodec.Decode(record.Response), record.Response.Length));

    public static string NameOf(RecordState state) => state switch
    {
        RecordState.Claimed => "claimed",
        RecordState.Sent => "sent",
        RecordState.Done => "done",
        RecordState.Doubt => "in-doubt",
        _ => throw new InvalidOperationException($"no name for {state}"),
    };
}

/// <param name="Kind"><c>answer</c>, <c>tombstone</c> (it says why no answer is kept, or what is known about a doubt) or <c>unreadable</c>.</param>
/// <param name="Reason">Why no answer is kept.</param>
internal sealed record ContentAnswer(
    string Kind, int StoredBytes, int? Status, string? Reason, DateTimeOffset? RecordedAt, int? Headers, int? BodyBytes)
{
    public static ContentAnswer Of(RecordedAnswer answer, int storedBytes) => answer switch
    {
        RecordedAnswer.Whole(var whole) => new("answer", storedBytes, whole.Status, null, whole.RecordedAt, whole.Headers.Count, whole.Body.Length),
        RecordedAnswer.Tombstone(var reason, var status, var at) => new("tombstone", storedBytes, status, NameOf(reason), at, null, null),
        RecordedAnswer.Unreadable(var why) => new("unreadable", storedBytes, null, why, null, null, null),
        _ => throw new InvalidOperationException("no such answer"),
    };

    private static string NameOf(TombstoneReason reason) => reason switch
    {
        TombstoneReason.TooLarge => "too-large",
        TombstoneReason.Erased => "erased",
        TombstoneReason.StorageFull => "storage-full",
        TombstoneReason.MemoryFull => "memory-full",
        TombstoneReason.OutcomeUnknown => "outcome-unknown",
        TombstoneReason.DigestOnly => "digest-only",
        _ => throw new InvalidOperationException($"no name for {reason}"),
    };
}

/// <param name="Total">The number of records in doubt; <paramref name="Records"/> are the oldest of them.</param>
internal sealed record DoubtsAnswer(long Total, IReadOnlyList<RecordAnswer> Records);

/// <summary>The result of a change.</summary>
/// <param name="After">The record's state now: <c>done</c>, or <c>absent</c> when its key is free again.</param>
/// <param name="Audited">False when the audit log has the beginning of the change, but its result could not be written there.</param>
internal sealed record ChangeAnswer(string StorageKey, string Before, string After, bool Audited);
