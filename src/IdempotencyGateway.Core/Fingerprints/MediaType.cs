using System.Buffers;
using System.Text;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>A parsed Content-Type header. The default value stands for a missing or malformed one.</summary>
internal readonly ref struct MediaType
{
    /// <summary>In characters. A longer header is not parsed but fingerprinted as it is.</summary>
    public const int MaxLength = 256;

    private readonly ReadOnlySpan<byte> _header;
    private readonly ReadOnlySpan<byte> _essence;
    private readonly bool _hasOtherCharset;

    private MediaType(
        ReadOnlySpan<byte> header, ReadOnlySpan<byte> essence, ReadOnlySpan<byte> boundary, bool hasOtherCharset)
    {
        _header = header;
        _essence = essence;
        _hasOtherCharset = hasOtherCharset;
        Boundary = boundary;
    }

    public bool IsKnown => !_header.IsEmpty;

    public bool IsJson => Is("application/json"u8) || (_essence.Length > 5 && Ascii.EqualsIgnoreCase(_essence[^5..], "+json"u8));

    public bool IsForm => Is("application/x-www-form-urlencoded"u8);

    public bool IsMultipart => _essence.Length > 10 && Ascii.EqualsIgnoreCase(_essence[..10], "multipart/"u8);

    /// <summary>No charset is given, or it is UTF-8 or ASCII. In another charset the same bytes can be another text, and a backslash can be half of a character.</summary>
    public bool IsUtf8 => !_hasOtherCharset;

    /// <summary>Without quotes; empty when there is none or more than one.</summary>
    public ReadOnlySpan<byte> Boundary { get; }

    /// <param name="ascii">Room for <see cref="MaxLength"/> bytes. The result refers to this memory.</param>
    public static MediaType Parse(string? contentType, Span<byte> ascii)
    {
        if (Ascii.FromUtf16(contentType, ascii, out var length) != OperationStatus.Done)
            return default;
        ReadOnlySpan<byte> header = ascii[..length];
        ReadOnlySpan<byte> boundary = default;
        var boundaries = 0;
        var hasOtherCharset = false;
        var parameters = new ParameterReader(header);
        while (parameters.Read())
        {
            if (Ascii.EqualsIgnoreCase(parameters.Name, "boundary"u8))
                boundary = boundaries++ == 0 ? parameters.Value : [];
            else if (Ascii.EqualsIgnoreCase(parameters.Name, "charset"u8))
                hasOtherCharset |= !IsUtf8Name(parameters.Value);
        }
        return parameters.IsBroken ? default : new(header, parameters.Head, boundary, hasOtherCharset);
    }

    /// <summary>Writes the header in its canonical spelling, without the boundary. Only valid when <see cref="IsKnown"/>.</summary>
    public void Write(ref WipedBuffer to) => ParameterizedValue.TryWrite(_header, "boundary"u8, ref to);

    private static bool IsUtf8Name(ReadOnlySpan<byte> charset) =>
        Ascii.EqualsIgnoreCase(charset, "utf-8"u8)
        || Ascii.EqualsIgnoreCase(charset, "utf8"u8)
        || Ascii.EqualsIgnoreCase(charset, "us-ascii"u8);

    private bool Is(ReadOnlySpan<byte> essence) => Ascii.EqualsIgnoreCase(_essence, essence);
}
