using System.Buffers.Binary;
using System.IO.Hashing;

namespace IdempotencyGateway.Stores.Sqlite.Redo;

/// <summary>
/// The head of a frame, before a group's changes in the redo log. Little-endian:
/// <code>
/// 8 bytes mark "IDGWREDO" | i32 length of the changes | i64 number, one more than in the frame before | u64 XxHash3 of length, number and changes | u32 XxHash3 of length and number
/// </code>
/// Both checksums are salted per store, so that no client can have bytes recorded that pass for a frame, or for a head whose length the recovery would trust.
/// </summary>
internal readonly record struct RedoFrame(int Length, long Number, ulong Checksum)
{
    public const int HeadInBytes = 32;
    private const int NumberAt = 12;
    private const int ChecksumAt = 20;
    private const int HeadChecksumAt = 28;

    public static ReadOnlySpan<byte> Mark => "IDGWREDO"u8;

    /// <summary>Fills in the head at the beginning of <paramref name="frame"/>, for the changes behind it.</summary>
    public static void Seal(Span<byte> frame, long number, long salt)
    {
        Mark.CopyTo(frame);
        BinaryPrimitives.WriteInt32LittleEndian(frame[Mark.Length..], frame.Length - HeadInBytes);
        BinaryPrimitives.WriteInt64LittleEndian(frame[NumberAt..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[HeadChecksumAt..], (uint)SumOfHead(frame, salt));
        BinaryPrimitives.WriteUInt64LittleEndian(frame[ChecksumAt..], Sum(frame[..HeadInBytes], frame[HeadInBytes..], salt));
    }

    /// <returns>False when no frame begins here.</returns>
    public static bool TryRead(ReadOnlySpan<byte> head, long salt, out RedoFrame frame)
    {
        frame = default;
        if (head.Length < HeadInBytes || !head.StartsWith(Mark) || BinaryPrimitives.ReadUInt32LittleEndian(head[HeadChecksumAt..]) != (uint)SumOfHead(head, salt))
            return false;
        frame = new(
            BinaryPrimitives.ReadInt32LittleEndian(head[Mark.Length..]),
            BinaryPrimitives.ReadInt64LittleEndian(head[NumberAt..]),
            BinaryPrimitives.ReadUInt64LittleEndian(head[ChecksumAt..]));
        return frame.Length > 0;
    }

    /// <summary>Whether head and changes are as they were written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> head, ReadOnlySpan<byte> changes, long salt) =>
        TryRead(head, salt, out var frame) && frame.Length == changes.Length && frame.Checksum == Sum(head, changes, salt);

    private static ulong Sum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> changes, long salt) =>
        XxHash3.HashToUInt64(changes, unchecked((long)SumOfHead(head, salt)));

    private static ulong SumOfHead(ReadOnlySpan<byte> head, long salt) => XxHash3.HashToUInt64(head[Mark.Length..ChecksumAt], salt);
}
