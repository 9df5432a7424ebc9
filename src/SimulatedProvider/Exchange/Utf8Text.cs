using System.Buffers;

namespace SimulatedProvider.Exchange;

/// <summary>Values as ASCII between the pieces of a rendered template.</summary>
internal static class Utf8Text
{
    private const int LongestBytes = 40;

    public static void Write<T>(this PooledBuffer buffer, T value)
        where T : struct, IUtf8SpanFormattable
    {
        // Numbers and UUIDs fit, always.
        value.TryFormat(buffer.GetSpan(LongestBytes), out var written, default, null);
        buffer.Advance(written);
    }

    public static void Write(this PooledBuffer buffer, ReadOnlySpan<byte> bytes) => BuffersExtensions.Write(buffer, bytes);
}
