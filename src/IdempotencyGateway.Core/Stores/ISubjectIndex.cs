using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// An index from subjects (persons) to the records about them, and the erasures ordered for them. An entry is noted before its record gets any content and is kept longer than the record, so
/// that no record with content is missing here. An entry may name a record that has expired or was never written.
/// <para>
/// Invariant: an erasure order covers the entries that were noted before it and none that are noted later, however late and often it is repeated. Every operation is atomic for its
/// subject, so "before" is the order in which the store executed the operations; no clock decides it. Every implementation passes the same contract suite (tests, <c>SubjectIndexContract</c>).
/// </para>
/// </summary>
public interface ISubjectIndex
{
    /// <summary>
    /// How long an order is remembered, for requests that were under way when it was given and note their records only afterwards. The longest call takes an hour; the rest of the time is for
    /// answers whose write is deferred until the store is available again.
    /// </summary>
    static readonly TimeSpan OrderMemory = TimeSpan.FromDays(1);

    /// <summary>
    /// Notes that a record is about a subject. Noting the same entry again prolongs it and removes it from what earlier orders cover, because the record's key may have been reused for a
    /// new record.
    /// </summary>
    /// <param name="retention">Longer than that of the record.</param>
    /// <returns>
    /// How long ago the last order was given that would have covered this entry, by the store's clock; null when none is remembered. A record that was claimed before that order must not
    /// get any content.
    /// </returns>
    /// <exception cref="StoreUnavailableException">The entry may or may not have been noted.</exception>
    ValueTask<TimeSpan?> NoteSubjectAsync(SubjectKey subject, SubjectEntry entry, TimeSpan retention, CancellationToken cancellation);

    /// <summary>Marks the entries that are noted now for erasure. A deletion gives its order only once; a repetition marks nothing more.</summary>
    /// <returns>The entries within the order's scope that are still to be erased, those of earlier orders included; unsorted.</returns>
    /// <exception cref="StoreUnavailableException">The order may or may not have been taken.</exception>
    ValueTask<IReadOnlyList<SubjectEntry>> OrderErasureAsync(SubjectKey subject, ErasureOrder order, CancellationToken cancellation);

    /// <summary>Removes the entry, once its record has been erased durably.</summary>
    /// <exception cref="StoreUnavailableException">The next order may return the entry again.</exception>
    ValueTask EndErasureAsync(SubjectKey subject, SubjectEntry entry, CancellationToken cancellation);
}

/// <summary>A record about a subject.</summary>
/// <param name="Caller">Whose record it is (<see cref="CallerScope.Digest"/>).</param>
public readonly record struct SubjectEntry(StorageKey Record, Digest256 Caller)
{
    public const int SizeInBytes = 2 * Digest256.SizeInBytes;

    /// <summary>Reads what <see cref="ToArray"/> wrote.</summary>
    public static SubjectEntry Read(ReadOnlySpan<byte> bytes) =>
        new(new(Digest256.Read(bytes[..Digest256.SizeInBytes])), Digest256.Read(bytes[Digest256.SizeInBytes..]));

    public byte[] ToArray()
    {
        var bytes = new byte[SizeInBytes];
        Record.Digest.Write(bytes);
        Caller.Write(bytes.AsSpan(Digest256.SizeInBytes));
        return bytes;
    }
}
