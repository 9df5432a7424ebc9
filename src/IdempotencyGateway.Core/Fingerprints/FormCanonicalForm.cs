using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// The canonical form of application/x-www-form-urlencoded: the pairs in their order, each byte either literal or as %XX in upper case,
/// a space as +. Separators are kept as sent ("a" is not "a=", and an empty pair counts), because parsers disagree about them.
/// <para>
/// A percent sign that does not begin an escape is written as "%!", which no other input produces. It is not the same as %25, because most parsers take it
/// literally and some refuse it. Every body has this form.
/// </para>
/// </summary>
internal static class FormCanonicalForm
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "*-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"u8);

    public static bool TryWrite(ReadOnlySpan<byte> body, ExceptedParts except, ref WipedBuffer canonical)
    {
        if (except.Fields.Count == 0)
        {
            Write(body, ref canonical);
            return true;
        }
        var isFirst = true;
        foreach (var range in body.Split((byte)'&'))
        {
            if (except.HasField(body[range]))
                continue;
            if (!isFirst)
                canonical.Add((byte)'&');
            isFirst = false;
            Write(body[range], ref canonical);
        }
        return true;
    }

    private static void Write(ReadOnlySpan<byte> body, ref WipedBuffer canonical)
    {
        var inName = true;
        canonical.Reserve(body.Length);
        for (var rest = body; !rest.IsEmpty;)
        {
            var plain = rest.IndexOfAnyExcept(Plain);
            if (plain != 0)
            {
                canonical.Add(plain < 0 ? rest : rest[..plain]);
                rest = plain < 0 ? [] : rest[plain..];
                continue;
            }
            var taken = 1;
            switch (rest[0])
            {
                case (byte)'&':
                    inName = true;
                    canonical.Add((byte)'&');
                    break;
                case (byte)'=' when inName:
                    inName = false;
                    canonical.Add((byte)'=');
                    break;
                case (byte)'+':
                    canonical.Add((byte)'+');
                    break;
                case (byte)'%' when TryReadByte(rest, out var decoded):
                    AddByte(decoded, ref canonical);
                    taken = 3;
                    break;
                case (byte)'%':
                    canonical.Add("%!"u8);
                    break;
                default:
                    AddByte(rest[0], ref canonical);
                    break;
            }
            rest = rest[taken..];
        }
    }

    private static bool TryReadByte(ReadOnlySpan<byte> escape, out byte value)
    {
        value = 0;
        return escape.Length >= 3
            && byte.TryParse(escape.Slice(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static void AddByte(byte value, ref WipedBuffer canonical)
    {
        if (Plain.Contains(value))
        {
            canonical.Add(value);
        }
        else if (value == ' ')
        {
            canonical.Add((byte)'+');
        }
        else
        {
            var escape = canonical.Reserve(3);
            escape[0] = (byte)'%';
            Utf8Formatter.TryFormat(value, escape[1..], out _, new StandardFormat('X', 2));
            canonical.Advance(3);
        }
    }
}
