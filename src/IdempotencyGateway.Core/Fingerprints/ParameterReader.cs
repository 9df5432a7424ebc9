using System.Buffers;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// Parses a header value with parameters (RFC 9110 §5.6.6), the syntax of Content-Type and Content-Disposition:
/// <c>head *( OWS ";" OWS [ name "=" ( token / quoted-string ) ] )</c>.
/// </summary>
internal ref struct ParameterReader
{
    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~"u8);

    private ReadOnlySpan<byte> _rest;

    public ParameterReader(ReadOnlySpan<byte> header)
    {
        var end = header.IndexOf((byte)';');
        Head = (end < 0 ? header : header[..end]).Trim(" \t"u8);
        _rest = end < 0 ? [] : header[end..];
        var slash = Head.IndexOf((byte)'/');
        IsBroken = slash < 0 ? !IsToken(Head) : !IsToken(Head[..slash]) || !IsToken(Head[(slash + 1)..]);
    }

    /// <summary>A token ("form-data") or a pair of tokens ("image/jpeg").</summary>
    public ReadOnlySpan<byte> Head { get; }

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>
    /// The token, or the text between the quotes as written. Backslashes are not unescaped, because parsers disagree on their meaning in a file name.
    /// A token cannot contain one, so the token and the quoted spelling of a value are equal exactly when it needs no escape.
    /// </summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The header violates the syntax. What was read before must not be used.</summary>
    public bool IsBroken { get; private set; }

    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenBytes);

    /// <summary>Reads the next parameter.</summary>
    /// <returns>False at the end, or when the header is broken.</returns>
    public bool Read()
    {
        while (!IsBroken && !(_rest = _rest.TrimStart(" \t"u8)).IsEmpty)
        {
            IsBroken = _rest[0] != ';';
            _rest = _rest[1..].TrimStart(" \t"u8);
            if (!IsBroken && _rest is not ([] or [(byte)';', ..]))
                return ReadParameter();
        }
        return false;
    }

    private bool ReadParameter()
    {
        var equals = _rest.IndexOf((byte)'=');
        IsBroken = equals < 0 || !IsToken(_rest[..equals]);
        if (IsBroken)
            return false;
        Name = _rest[..equals];
        _rest = _rest[(equals + 1)..];
        return _rest is [(byte)'"', ..] ? ReadQuoted() : ReadToken();
    }

    private bool ReadToken()
    {
        var end = _rest.IndexOfAnyExcept(TokenBytes);
        Value = end < 0 ? _rest : _rest[..end];
        _rest = _rest[Value.Length..];
        IsBroken = Value.IsEmpty;
        return !IsBroken;
    }

    private bool ReadQuoted()
    {
        var end = 1;
        while (end < _rest.Length && _rest[end] != '"')
            end += _rest[end] == '\\' ? 2 : 1;
        IsBroken = end >= _rest.Length;
        if (IsBroken)
            return false;
        Value = _rest[1..end];
        _rest = _rest[(end + 1)..];
        return true;
    }
}
