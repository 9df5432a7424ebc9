using System.Buffers.Binary;

namespace IdempotencyGateway.Core.Records;

/// <summary>
/// Names the trace, and the span in it, under which an answer was made (W3C Trace Context): replays link to it. Neither is ever zero, as the
/// standard says; <c>default</c> is no reference.
/// </summary>
public readonly record struct TraceReference(UInt128 TraceId, ulong SpanId)
{
    public const int SizeInBytes = 16 + 8;

    /// <returns>Null when the bytes name no trace.</returns>
    public static TraceReference? Read(ReadOnlySpan<byte> bytes)
    {
        var reference = new TraceReference(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]));
        return reference.TraceId == 0 || reference.SpanId == 0 ? null : reference;
    }

    /// <summary>The two ids one after the other, each in the order of bytes that its hex form has.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, TraceId);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], SpanId);
    }
}
