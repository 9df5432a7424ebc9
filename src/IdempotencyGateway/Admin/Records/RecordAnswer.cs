using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Admin.Records;

/// <summary>A record as operators see it: where it stands and how large it is, never what it says.</summary>
/// <param name="State">See <see cref="NameOf"/>.</param>
/// <param name="Resolvable">Nobody is expected to end it any more, so an operator may.</param>
/// <param name="RemainingLeaseSeconds">0 when it lapsed or does not apply.</param>
/// <param name="Destination">Where it was sent: cluster/destination.</param>
/// <param name="Content">What is kept, when anything is.</param>
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

/// <param name="Kind"><c>answer</c>, <c>tombstone</c> (a fact without an answer, or the evidence of a doubt) or <c>unreadable</c>.</param>
/// <param name="Reason">Why there is no answer.</param>
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

/// <param name="Total">How many are in doubt; <paramref name="Records"/> are the oldest of them.</param>
internal sealed record DoubtsAnswer(long Total, IReadOnlyList<RecordAnswer> Records);

/// <summary>What a change came to.</summary>
/// <param name="After">Where the record stands now: <c>done</c>, or <c>absent</c> when its key is free again.</param>
/// <param name="Audited">False when the change was made and announced in the audit log, but its end could not be written there.</param>
internal sealed record ChangeAnswer(string StorageKey, string Before, string After, bool Audited);
