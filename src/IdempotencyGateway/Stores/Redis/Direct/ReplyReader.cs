using System.Buffers.Text;

namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>Parses replies (RESP 2) from a buffer.</summary>
internal static class ReplyReader
{
    /// <summary>Redis's own limit for a string.</summary>
    private const int LongestValue = 512 * 1024 * 1024;

    /// <param name="used">How many bytes the reply took.</param>
    /// <returns>False while the reply is incomplete.</returns>
    /// <exception cref="InvalidDataException">The reply is malformed, or of a kind that no command here has.</exception>
    public static bool TryRead(ReadOnlySpan<byte> arrived, out DirectReply reply, out int used)
    {
        reply = default;
        used = 0;
        var end = arrived.IndexOf("\r\n"u8);
        if (end < 0)
            return false;
        if (end == 0)
            throw new InvalidDataException("an empty line where a reply begins");
        var line = arrived[1..end];
        used = end + 2;
        switch (arrived[0])
        {
            case (byte)':':
                reply = new(DirectReplyKind.Number, ReadNumber(line), null);
                return true;
            case (byte)'+':
                reply = new(DirectReplyKind.Bytes, 0, line.ToArray());
                return true;
            case (byte)'-':
                reply = new(DirectReplyKind.Error, 0, line.ToArray());
                return true;
            case (byte)'$':
                return TryReadBulk(arrived, ReadNumber(line), ref reply, ref used);
            default:
                throw new InvalidDataException("a reply of an unexpected kind");
        }
    }

    private static bool TryReadBulk(ReadOnlySpan<byte> arrived, long length, ref DirectReply reply, ref int used)
    {
        if (length < 0)
            return true;
        if (length > LongestValue)
            throw new InvalidDataException("a string longer than Redis allows");
        var end = used + (int)length + 2;
        if (arrived.Length < end)
            return false;
        reply = new(DirectReplyKind.Bytes, 0, arrived.Slice(used, (int)length).ToArray());
        used = end;
        return true;
    }

    private static long ReadNumber(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length ? number : throw new InvalidDataException("not a number");
}
