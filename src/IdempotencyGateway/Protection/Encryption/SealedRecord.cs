using System.Buffers.Binary;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// The binary layout of a sealed record.
/// <code>
/// byte version = 2 | byte writer | u64 key id | 12 bytes nonce, 32 bytes data key wrapped under it, 16 bytes tag | 16 bytes tag | content to the end
/// </code>
/// The version continues that of the plain form, so neither can be read as the other. Each content has a data key of its own, so a nonce of zeros is safe for it.
/// The associated data of both encryptions is version, writer, key id, state, fence and storage key. The storage key is a keyed hash over the caller's scope, the route and the
/// client's key, so it binds all three.
/// </summary>
internal static class SealedRecord
{
    public const byte Version = 2;
    public const int TagInBytes = 16;
    public const int NonceInBytes = 12;

    private const int HeadInBytes = 2 + sizeof(ulong);

    public const int AssociatedInBytes = HeadInBytes + 1 + sizeof(long) + Digest256.SizeInBytes;

    public static readonly Range Nonce = HeadInBytes..(HeadInBytes + NonceInBytes);
    public static readonly Range WrappedKey = Nonce.End..(Nonce.End.Value + RingKey.SizeInBytes);
    public static readonly Range KeyTag = WrappedKey.End..(WrappedKey.End.Value + TagInBytes);
    public static readonly Range ContentTag = KeyTag.End..(KeyTag.End.Value + TagInBytes);
    public static readonly Range Content = ContentTag.End..;

    /// <summary>By how much sealing enlarges the content.</summary>
    public static int OverheadInBytes => ContentTag.End.Value;

    public static void WriteHead(Span<byte> record, Writer writer, ulong keyId)
    {
        record[0] = Version;
        record[1] = (byte)writer;
        BinaryPrimitives.WriteUInt64BigEndian(record[2..], keyId);
    }

    public static ulong KeyIdOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64BigEndian(record[2..]);

    /// <param name="record">The sealed record, whose head is already written.</param>
    /// <param name="fence">The record's fence. Replaced by 0 for what an operator wrote, which has no owner, and for evidence, which stays when a later owner takes the record.</param>
    public static void WriteAssociated(Span<byte> associated, ReadOnlySpan<byte> record, StorageKey key, long fence, RecordState state)
    {
        record[..HeadInBytes].CopyTo(associated);
        var rest = associated[HeadInBytes..];
        rest[0] = (byte)state;
        BinaryPrimitives.WriteInt64BigEndian(rest[1..], (Writer)record[1] == Writer.Owner ? fence : 0);
        key.Digest.Write(rest[(1 + sizeof(long))..]);
    }

    /// <summary>Who wrote the content. The numbers are stored: never reuse one.</summary>
    public enum Writer : byte
    {
        Owner = 1,
        Operator = 2,

        /// <summary>An owner, about an exchange whose outcome it does not know.</summary>
        Evidence = 3,
    }
}
