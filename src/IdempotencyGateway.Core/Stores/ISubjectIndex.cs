using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// Which records are about whom. Apart from the records: an entry is noted before its record gets any content, and is kept longer than it, so that no content is ever missing here;
/// an entry may name a record that is gone, or that never came to be.
/// </summary>
public interface ISubjectIndex
{
    /// <summary>Noting the same again only makes it last longer.</summary>
    /// <param name="retention">Longer than the record's.</param>
    /// <exception cref="StoreUnavailableException">Nobody knows whether it is noted.</exception>
    ValueTask<TransitionResult> NoteSubjectAsync(SubjectKey subject, SubjectEntry entry, TimeSpan retention, CancellationToken cancellation);

    /// <summary>Everything noted for it that has not expired, in no order.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer.</exception>
    ValueTask<IReadOnlyList<SubjectEntry>> FindSubjectAsync(SubjectKey subject, CancellationToken cancellation);
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
