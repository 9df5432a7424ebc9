using System.Buffers.Binary;

namespace IdempotencyGateway.Core.Records;

/// <summary>
/// The trace and span in which an answer was made (W3C Trace Context); replays link to it. Neither id is zero in a valid reference, so <c>default</c> is
/// not one.
/// </summary>
public readonly record struct TraceReference(UInt128 TraceId, ulong SpanId)
{
    public const int SizeInBytes = 16 + 8;

    /// <returns>Null when one of the ids is zero.</returns>
    public static TraceReference? Read(ReadOnlySpan<byte> bytes)
    {
        var reference = new TraceReference(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]));
        return reference.TraceId == 0 || reference.SpanId == 0 ? null : reference;
    }

    /// <summary>Writes the two ids one after the other, each in the byte order of its hex form (big-endian).</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, TraceId);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], SpanId);
    }
}
