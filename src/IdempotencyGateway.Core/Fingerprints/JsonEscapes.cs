using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// Decodes the escapes in a JSON string. Unlike the BCL's decoder it accepts a lone surrogate ("\ud800"), which some encoders
/// write. It becomes the three bytes that UTF-8 would use for it. No well-formed text contains these, so nothing else decodes to them.
/// </summary>
internal static class JsonEscapes
{
    /// <param name="escaped">The text between the quotes. Its escapes are well-formed: the reader has checked them.</param>
    /// <param name="destination">At least as long as <paramref name="escaped"/>.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Decode(ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var plain = escaped.IndexOf((byte)'\\');
            if (plain < 0)
            {
                escaped.CopyTo(destination[written..]);
                return written + escaped.Length;
            }
            escaped[..plain].CopyTo(destination[written..]);
            written += plain;
            escaped = escaped[plain..];
            if (escaped[1] == 'u')
            {
                written += DecodeUnits(ref escaped, destination[written..]);
            }
            else
            {
                destination[written++] = Decode(escaped[1]);
                escaped = escaped[2..];
            }
        }
    }

    private static byte Decode(byte letter) => letter switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => letter,
    };

    private static int DecodeUnits(ref ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        var unit = Unit(escaped);
        escaped = escaped[6..];
        if (Rune.TryCreate(unit, out var rune))
            return rune.EncodeToUtf8(destination);
        if (escaped is [(byte)'\\', (byte)'u', ..] && Rune.TryCreate(unit, Unit(escaped), out rune))
        {
            escaped = escaped[6..];
            return rune.EncodeToUtf8(destination);
        }
        destination[0] = (byte)(0xE0 | (unit >> 12));
        destination[1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
        destination[2] = (byte)(0x80 | (unit & 0x3F));
        return 3;
    }

    /// <param name="escape">Begins with <c>\uXXXX</c>.</param>
    private static char Unit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
