using System.Buffers.Binary;
using System.IO.Hashing;

namespace IdempotencyGateway.Stores.Sqlite.Redo;

/// <summary>
/// The head before each group's changes in the redo log, little-endian:
/// <code>
/// 8 bytes mark "IDGWREDO" | i32 bytes that follow the head | i64 number, one more than the frame before it | u64 XxHash3 of the twelve bytes before it and all that follow | u32 of the twelve bytes alone
/// </code>
/// Both checksums are salted for each file, so that nobody who has bytes recorded can make them look like a frame, or like the head of one, which would be read to its end.
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

    /// <summary>Whether the frame is on the disk as it was written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> head, ReadOnlySpan<byte> changes, long salt) =>
        TryRead(head, salt, out var frame) && frame.Length == changes.Length && frame.Checksum == Sum(head, changes, salt);

    private static ulong Sum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> changes, long salt) =>
        XxHash3.HashToUInt64(changes, unchecked((long)SumOfHead(head, salt)));

    private static ulong SumOfHead(ReadOnlySpan<byte> head, long salt) => XxHash3.HashToUInt64(head[Mark.Length..ChecksumAt], salt);
}
