using System.Buffers.Binary;

namespace IdempotencyGateway.Core.Keys;

/// <summary>A 256-bit hash as a value type: compared without allocation, 32 bytes in stores, 64 hex digits in text.</summary>
public readonly record struct Digest256(ulong A, ulong B, ulong C, ulong D)
{
    public const int SizeInBytes = 32;

    /// <summary>Reads 32 bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not exactly 32 bytes long.</exception>
    public static Digest256 Read(ReadOnlySpan<byte> bytes) => bytes.Length == SizeInBytes
        ? new(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]))
        : throw new ArgumentException($"a digest is {SizeInBytes} bytes, not {bytes.Length}", nameof(bytes));

    /// <param name="text">64 hex digits, in either case.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out Digest256 digest)
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        var isDigest = text.Length == 2 * SizeInBytes
            && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        digest = isDigest ? Read(bytes) : default;
        return isDigest;
    }

    /// <summary>Writes 32 bytes to the front of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, A);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], D);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[SizeInBytes];
        Write(bytes);
        return bytes;
    }

    /// <summary>The digest is uniformly distributed, so any of its bytes are a good hash code.</summary>
    public override int GetHashCode() => A.GetHashCode();

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
