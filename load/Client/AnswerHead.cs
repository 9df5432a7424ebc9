using System.Buffers.Text;

namespace IdempotencyGateway.Load.Client;

/// <summary>Parses as much of an HTTP/1.1 response head as the load client needs.</summary>
internal static class AnswerHead
{
    public static int StatusOf(ReadOnlySpan<byte> answer) => Utf8Parser.TryParse(answer.Slice(9, 3), out int status, out _) ? status : 0;

    /// <returns>The length of head and body together, in bytes; null while the head is incomplete.</returns>
    /// <exception cref="InvalidOperationException">The answer has no valid Content-Length.</exception>
    public static int? LengthOf(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return null;
        var head = answer[..end];
        var at = head.IndexOf("\r\nContent-Length: "u8);
        if (at < 0)
            throw new InvalidOperationException("an answer without Content-Length");
        return Utf8Parser.TryParse(head[(at + 18)..], out int length, out _) ? end + 4 + length : throw new InvalidOperationException("an unreadable Content-Length");
    }
}
