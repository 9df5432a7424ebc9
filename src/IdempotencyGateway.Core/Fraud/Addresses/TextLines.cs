namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>Reads the non-empty lines of a text file, without comments, surrounding whitespace and a byte order mark.</summary>
/// <param name="comments">The bytes that begin a comment.</param>
internal ref struct TextLines(ReadOnlySpan<byte> file, ReadOnlySpan<byte> comments)
{
    private readonly ReadOnlySpan<byte> _comments = comments;
    private ReadOnlySpan<byte> _rest = file.StartsWith("\uFEFF"u8) ? file[3..] : file;

    public int Number { get; private set; }

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool Read()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf((byte)'\n');
            var line = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? [] : _rest[(end + 1)..];
            Number++;
            var comment = line.IndexOfAny(_comments);
            Current = (comment < 0 ? line : line[..comment]).Trim(" \t\r"u8);
            if (!Current.IsEmpty)
                return true;
        }
        return false;
    }
}
