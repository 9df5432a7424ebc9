using System.Buffers.Binary;
using System.Text;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Stores.Sqlite.Redo;

/// <summary>
/// The changes of one group in serialized form. An entry holds a record's new state, not a difference, so replaying it twice has the same result as once.
/// <code>
/// byte 1, a record:  32 key | byte state | 32 fingerprint | byte has owner, 16 owner | i64 fence, lease, created, expires | i32 length + UTF-8 destination, -1 for none | i32 length + content
/// byte 2, a removed record:         32 key
/// byte 3, a subject member:         32 subject | byte length + member | i64 expires
/// byte 4, a removed subject member: 32 subject | byte length + member
/// </code>
/// All numbers are little-endian. The writer reuses one buffer.
/// </summary>
internal sealed class RedoChanges
{
    private const byte Record = 1;
    private const byte NoRecord = 2;
    private const byte Subject = 3;
    private const byte NoSubject = 4;
    private const int KeptInBytes = 1 << 20;
    private byte[] _bytes = new byte[64 * 1024];
    private int _length = RedoFrame.HeadInBytes;

    public bool IsEmpty => _length == RedoFrame.HeadInBytes;

    /// <summary>The changes, behind space for the frame's head.</summary>
    public Span<byte> Frame => _bytes.AsSpan(0, _length);

    public void Clear()
    {
        _length = RedoFrame.HeadInBytes;
        if (_bytes.Length > KeptInBytes)
            _bytes = new byte[KeptInBytes];
    }

    public void Put(StorageKey key, RecordRow row)
    {
        WriteByte(Record);
        Write(key.Digest);
        WriteByte((byte)row.State);
        Write(row.Fingerprint.Digest);
        WriteByte(row.Owner is null ? (byte)0 : (byte)1);
        row.Owner.GetValueOrDefault().Write(Take(OwnerId.SizeInBytes));
        Write(row.Fence);
        Write(row.LeaseUntil);
        Write(row.CreatedAt);
        Write(row.ExpiresAt);
        WriteText(row.Destination);
        WriteLength(row.Content.Length);
        row.Content.Span.CopyTo(Take(row.Content.Length));
    }

    public void Remove(StorageKey key)
    {
        WriteByte(NoRecord);
        Write(key.Digest);
    }

    public void PutSubject(SubjectKey subject, ReadOnlySpan<byte> member, long expires)
    {
        WriteSubject(Subject, subject, member);
        Write(expires);
    }

    public void RemoveSubject(SubjectKey subject, ReadOnlySpan<byte> member) => WriteSubject(NoSubject, subject, member);

    /// <summary>Applies serialized changes to the records and subjects.</summary>
    /// <exception cref="SqliteFailure">The bytes are not changes that this version wrote.</exception>
    public static void Apply(ReadOnlySpan<byte> changes, Records records, SubjectTable subjects)
    {
        try
        {
            for (var reader = new Reader(changes); !reader.IsAtEnd;)
                ApplyNext(ref reader, records, subjects);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw SqliteFailure.Corrupt("a change in the redo log is truncated");
        }
    }

    private static void ApplyNext(ref Reader reader, Records records, SubjectTable subjects)
    {
        switch (reader.Byte())
        {
            case Record:
                var key = new StorageKey(reader.Digest());
                records.Replace(key, records.Find(key), reader.Row());
                return;
            case NoRecord:
                var gone = new StorageKey(reader.Digest());
                records.Replace(gone, records.Find(gone), next: null);
                return;
            case Subject:
                subjects.Put(new(reader.Digest()), reader.Take(reader.Byte()), reader.Number());
                return;
            case NoSubject:
                subjects.Remove(new(reader.Digest()), reader.Take(reader.Byte()));
                return;
            case var unknown:
                throw SqliteFailure.Corrupt($"the redo log has a change of unknown kind {unknown}");
        }
    }

    private Span<byte> Take(int length)
    {
        if (_bytes.Length - _length < length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * _bytes.Length, (long)_length + length)));
        var taken = _bytes.AsSpan(_length, length);
        _length += length;
        return taken;
    }

    private void WriteSubject(byte kind, SubjectKey subject, ReadOnlySpan<byte> member)
    {
        WriteByte(kind);
        Write(subject.Digest);
        WriteByte((byte)member.Length);
        member.CopyTo(Take(member.Length));
    }

    private void WriteByte(byte value) => Take(1)[0] = value;

    private void Write(Digest256 digest) => digest.Write(Take(Digest256.SizeInBytes));

    private void Write(long number) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), number);

    private void WriteLength(int length) => BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), length);

    private void WriteText(string? text)
    {
        var length = text is null ? -1 : Encoding.UTF8.GetByteCount(text);
        WriteLength(length);
        if (length > 0)
            Encoding.UTF8.GetBytes(text, Take(length));
    }

    private ref struct Reader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than that are left.</exception>
        public ReadOnlySpan<byte> Take(int length)
        {
            var taken = _rest[..length];
            _rest = _rest[length..];
            return taken;
        }

        public byte Byte() => Take(1)[0];

        public Digest256 Digest() => Digest256.Read(Take(Digest256.SizeInBytes));

        public long Number() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

        public RecordRow Row() => new()
        {
            State = (RecordState)Byte(),
            Fingerprint = new Fingerprint(Digest()),
            Owner = Owner(),
            Fence = Number(),
            LeaseUntil = Number(),
            CreatedAt = Number(),
            ExpiresAt = Number(),
            Destination = Text(),
            Content = Take(Length()).ToArray(),
        };

        private OwnerId? Owner()
        {
            var named = Byte() != 0;
            var owner = OwnerId.From(Take(OwnerId.SizeInBytes));
            return named ? owner : null;
        }

        private string? Text() => Length() is var length and >= 0 ? Encoding.UTF8.GetString(Take(length)) : null;

        private int Length() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
    }
}
