using System.Buffers;

namespace SimulatedProvider.Exchange;

/// <summary>Writes values as ASCII into a buffer.</summary>
internal static class Utf8Text
{
    private const int LongestBytes = 40;

    public static void Write<T>(this PooledBuffer buffer, T value)
        where T : struct, IUtf8SpanFormattable
    {
        // Numbers and UUIDs always fit.
        value.TryFormat(buffer.GetSpan(LongestBytes), out var written, default, null);
        buffer.Advance(written);
    }

    public static void Write(this PooledBuffer buffer, ReadOnlySpan<byte> bytes) => BuffersExtensions.Write(buffer, bytes);
}
