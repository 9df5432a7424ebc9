using System.Text;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// The headers of one part of a multipart body. All of them are fingerprinted, because each can change what the content means: a Content-Transfer-Encoding makes different data
/// of the same bytes, other parts refer to a Content-ID, and a provider's own header may mean anything.
/// </summary>
internal readonly ref struct PartHeaders
{
    private readonly ReadOnlySpan<byte> _lines;
    private readonly ReadOnlySpan<byte> _disposition;
    private readonly ReadOnlySpan<byte> _type;

    private PartHeaders(ReadOnlySpan<byte> lines, ReadOnlySpan<byte> disposition, ReadOnlySpan<byte> type)
    {
        _lines = lines;
        _disposition = disposition;
        _type = type;
    }

    /// <param name="part">The body from after the boundary line to its end.</param>
    /// <param name="content">The body from after the empty line that ends the headers.</param>
    /// <returns>False when a line is not a header, or when Content-Disposition or Content-Type is empty or occurs twice.</returns>
    public static bool TryRead(ReadOnlySpan<byte> part, out PartHeaders headers, out ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> disposition = default;
        ReadOnlySpan<byte> type = default;
        headers = default;
        content = default;
        var rest = part;
        while (TryReadLine(ref rest, out var name, out var value))
        {
            if (name.IsEmpty)
            {
                headers = new(part[..^rest.Length], disposition, type);
                content = rest;
                return true;
            }
            if (IsDisposition(name) && !TrySet(ref disposition, value))
                return false;
            if (IsType(name) && !TrySet(ref type, value))
                return false;
        }
        return false;
    }

    /// <summary>
    /// Writes one line per header, Content-Disposition and Content-Type first, then an empty line. These two are written in their canonical spelling after "=" if they
    /// parse; every other value is written as sent after ":". No value contains a line feed, so different lists of headers give different lines.
    /// </summary>
    public void Write(ref WipedBuffer to)
    {
        AddParsed("content-disposition"u8, _disposition, ref to);
        AddParsed("content-type"u8, _type, ref to);
        var rest = _lines;
        while (TryReadLine(ref rest, out var name, out var value) && !name.IsEmpty)
        {
            if (!IsDisposition(name) && !IsType(name))
                AddAsSent(name, value, ref to);
        }
        to.Add((byte)'\n');
    }

    private static void AddParsed(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref WipedBuffer to)
    {
        if (value.IsEmpty)
            return;
        var start = to.Length;
        to.Add(name);
        to.Add((byte)'=');
        if (ParameterizedValue.TryWrite(value, without: default, ref to))
        {
            to.Add((byte)'\n');
            return;
        }
        to.Truncate(start);
        AddAsSent(name, value, ref to);
    }

    private static void AddAsSent(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value, ref WipedBuffer to)
    {
        ParameterizedValue.AddLower(name, ref to);
        to.Add((byte)':');
        to.Add(value);
        to.Add((byte)'\n');
    }

    /// <returns>False when there is no complete line, or it is neither a header nor empty. An empty line has an empty name.</returns>
    private static bool TryReadLine(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        var end = rest.IndexOf("\r\n"u8);
        if (end < 0)
            return false;
        var line = rest[..end];
        rest = rest[(end + 2)..];
        if (line.IsEmpty)
            return true;
        var colon = line.IndexOf((byte)':');
        if (colon < 0)
            return false;
        name = line[..colon];
        value = line[(colon + 1)..].Trim(" \t"u8);
        return ParameterReader.IsToken(name) && !value.ContainsAny("\r\n\0"u8);
    }

    private static bool TrySet(ref ReadOnlySpan<byte> once, ReadOnlySpan<byte> value)
    {
        var isFirst = once.IsEmpty;
        once = value;
        return isFirst && !value.IsEmpty;
    }

    private static bool IsDisposition(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "content-disposition"u8);

    private static bool IsType(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "content-type"u8);
}
