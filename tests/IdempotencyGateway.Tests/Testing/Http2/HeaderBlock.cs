using System.Text;

namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>
/// The part of HPACK (RFC 7541) that a scripted provider needs. The provider announces a dynamic table of zero bytes, so literals are
/// never stored and an index above 61 is an error. Huffman-coded strings are rejected: .NET's client, the only client of this
/// provider, does not send them, and the encoder does not have to.
/// </summary>
internal static class HeaderBlock
{
    /// <summary>The static table of RFC 7541, appendix A, beginning with index 1. An entry without a value has an empty one.</summary>
    private static readonly Field[] StaticTable =
    [
        new(":authority", ""), new(":method", "GET"), new(":method", "POST"), new(":path", "/"), new(":path", "/index.html"),
        new(":scheme", "http"), new(":scheme", "https"), new(":status", "200"), new(":status", "204"), new(":status", "206"),
        new(":status", "304"), new(":status", "400"), new(":status", "404"), new(":status", "500"), new("accept-charset", ""),
        new("accept-encoding", "gzip, deflate"), new("accept-language", ""), new("accept-ranges", ""), new("accept", ""),
        new("access-control-allow-origin", ""), new("age", ""), new("allow", ""), new("authorization", ""), new("cache-control", ""),
        new("content-disposition", ""), new("content-encoding", ""), new("content-language", ""), new("content-length", ""),
        new("content-location", ""), new("content-range", ""), new("content-type", ""), new("cookie", ""), new("date", ""),
        new("etag", ""), new("expect", ""), new("expires", ""), new("from", ""), new("host", ""), new("if-match", ""),
        new("if-modified-since", ""), new("if-none-match", ""), new("if-range", ""), new("if-unmodified-since", ""),
        new("last-modified", ""), new("link", ""), new("location", ""), new("max-forwards", ""), new("proxy-authenticate", ""),
        new("proxy-authorization", ""), new("range", ""), new("referer", ""), new("refresh", ""), new("retry-after", ""),
        new("server", ""), new("set-cookie", ""), new("strict-transport-security", ""), new("transfer-encoding", ""),
        new("user-agent", ""), new("vary", ""), new("via", ""), new("www-authenticate", ""),
    ];

    public static Fields Decode(ReadOnlySpan<byte> block)
    {
        var fields = new List<Field>();
        while (!block.IsEmpty)
        {
            var first = block[0];
            if ((first & 0x80) != 0)
                fields.Add(Entry(Number(ref block, prefixBits: 7)));
            else if ((first & 0xe0) == 0x20)
                Number(ref block, prefixBits: 5); // a dynamic table size update; the only size allowed is zero
            else
                fields.Add(Literal(ref block, prefixBits: (first & 0x40) != 0 ? 6 : 4));
        }
        return new Fields(fields);
    }

    /// <summary>Encodes every field as a literal with a literal name, without indexing.</summary>
    public static byte[] Encode(params ReadOnlySpan<Field> fields)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            block.WriteByte(0);
            WriteText(block, name.ToLowerInvariant());
            WriteText(block, value);
        }
        return block.ToArray();
    }

    private static Field Literal(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        var nameIndex = Number(ref block, prefixBits);
        var name = nameIndex == 0 ? Text(ref block) : Entry(nameIndex).Name;
        return new Field(name, Text(ref block));
    }

    private static Field Entry(int index) =>
        index >= 1 && index <= StaticTable.Length ? StaticTable[index - 1] : throw new InvalidDataException($"no HPACK table entry {index}");

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        if ((block[0] & 0x80) != 0)
            throw new NotSupportedException("Huffman-coded HPACK string: .NET's client now sends them, so this decoder has to support them");
        var length = Number(ref block, prefixBits: 7);
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }

    /// <summary>Reads an integer with an N-bit prefix (RFC 7541, section 5.1).</summary>
    private static int Number(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        var largest = (1 << prefixBits) - 1;
        var number = block[0] & largest;
        block = block[1..];
        if (number < largest)
            return number;
        for (var shift = 0; ; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            number = checked(number + ((next & 0x7f) << shift));
            if ((next & 0x80) == 0)
                return number;
        }
    }

    private static void WriteText(MemoryStream block, string text)
    {
        WriteNumber(block, text.Length, prefixBits: 7);
        block.Write(Encoding.Latin1.GetBytes(text));
    }

    private static void WriteNumber(MemoryStream block, int number, int prefixBits)
    {
        var largest = (1 << prefixBits) - 1;
        if (number < largest)
        {
            block.WriteByte((byte)number);
            return;
        }
        block.WriteByte((byte)largest);
        for (number -= largest; number >= 0x80; number >>= 7)
            block.WriteByte((byte)(number | 0x80));
        block.WriteByte((byte)number);
    }
}
