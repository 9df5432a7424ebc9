using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// Which records are about whom, and which of them are to be erased. Apart from the records: an entry is noted before its record gets any content, and is kept longer than it, so that
/// no content is ever missing here; an entry may name a record that is gone, or that never came to be.
/// <para>
/// Invariant: an order to erase covers the entries that were noted before it, and none that is noted later, however late and often it is repeated. Every operation is one atomic step for its
/// subject, so "before" is the order in which the store took them: no clock decides it. Every implementation passes the same contract suite (tests, <c>SubjectIndexContract</c>).
/// </para>
/// </summary>
public interface ISubjectIndex
{
    /// <summary>
    /// How long an order is remembered for the sake of those who were under way when it was given, and note their records after it. The longest call takes an hour; the rest is for answers
    /// whose writing waits for the store to come back.
    /// </summary>
    static readonly TimeSpan OrderMemory = TimeSpan.FromDays(1);

    /// <summary>Noting the same again only makes it last longer, and takes it out of what earlier orders cover: a name may come to stand for a new record.</summary>
    /// <param name="retention">Longer than the record's.</param>
    /// <returns>
    /// How long ago the last order was given that would have covered this entry, as a span of the store's clock; null when none is remembered. A record that was begun before it must not
    /// get its content.
    /// </returns>
    /// <exception cref="StoreUnavailableException">Nobody knows whether it is noted.</exception>
    ValueTask<TimeSpan?> NoteSubjectAsync(SubjectKey subject, SubjectEntry entry, TimeSpan retention, CancellationToken cancellation);

    /// <summary>Marks what is noted now as to be erased. One deletion orders once: repeated, it marks nothing more.</summary>
    /// <returns>What is to be erased and within the order's reach, also by earlier orders, in no order.</returns>
    /// <exception cref="StoreUnavailableException">Nobody knows whether it is ordered.</exception>
    ValueTask<IReadOnlyList<SubjectEntry>> OrderErasureAsync(SubjectKey subject, ErasureOrder order, CancellationToken cancellation);

    /// <summary>The entry's record is erased, durably.</summary>
    /// <exception cref="StoreUnavailableException">It may be found again by the next order.</exception>
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
