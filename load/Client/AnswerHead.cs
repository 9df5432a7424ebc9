using System.Buffers.Text;

namespace IdempotencyGateway.Load.Client;

/// <summary>As much of an HTTP/1.1 answer as a load client has to understand.</summary>
internal static class AnswerHead
{
    public static int StatusOf(ReadOnlySpan<byte> answer) => Utf8Parser.TryParse(answer.Slice(9, 3), out int status, out _) ? status : 0;

    /// <returns>Head and body together, in bytes; null while the head is not complete.</returns>
    /// <exception cref="InvalidOperationException">The answer is neither framed by Content-Length nor one small final chunk.</exception>
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
