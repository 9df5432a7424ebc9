using System.Buffers.Text;
using System.Text;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>
/// A minimal HTTP/1.1 response parser that works on a buffer, because the cost of a million conversations is mostly that of reading answers. It is strict: a malformed
/// response throws a <see cref="FormatException"/>.
/// </summary>
/// <param name="Body">The body in Latin-1, without its framing; the received part if <paramref name="Complete"/> is false.</param>
internal readonly record struct PlainAnswer(int Status, string Body, bool Complete)
{
    /// <summary>Reads the answer at <paramref name="at"/>, skips interim answers, and moves <paramref name="at"/> behind it; null while the answer is incomplete.</summary>
    /// <param name="ended">Whether the connection has ended: then a partial body makes an incomplete answer, and a partial head none.</param>
    public static PlainAnswer? Read(ReadOnlySpan<byte> received, bool ended, ref int at)
    {
        while (true)
        {
            var rest = received[at..];
            var headLength = rest.IndexOf("\r\n\r\n"u8) + 4;
            if (headLength < 4)
                return null;
            var head = rest[..headLength];
            var status = StatusOf(head);
            if (status is >= 100 and < 200)
            {
                at += headLength;
                continue;
            }
            var (body, length, complete) = ReadBody(rest[headLength..], Field(head, "Content-Length"u8), Field(head, "Transfer-Encoding"u8), ended);
            if (!complete && !ended)
                return null;
            at += headLength + length;
            return new(status, body, complete);
        }
    }

    private static (string Body, int Length, bool Complete) ReadBody(ReadOnlySpan<byte> rest, string? length, string? coding, bool ended)
    {
        if (coding is not null)
            return ReadChunks(rest);
        // With neither header, the body ends with the connection.
        var announced = length is null ? ended ? rest.Length : int.MaxValue : int.Parse(length, System.Globalization.CultureInfo.InvariantCulture);
        var there = Math.Min(announced, rest.Length);
        return (Encoding.Latin1.GetString(rest[..there]), there, there == announced);
    }

    private static (string Body, int Length, bool Complete) ReadChunks(ReadOnlySpan<byte> rest)
    {
        var body = new StringBuilder();
        for (var at = 0; ;)
        {
            var line = rest[at..].IndexOf("\r\n"u8);
            if (line < 0)
                return (body.ToString(), rest.Length, false);
            if (!Utf8Parser.TryParse(rest.Slice(at, line), out int size, out var read, 'x') || read != line)
                throw new FormatException("an answer has a chunk without a size");
            at += line + 2;
            var there = Math.Min(size, rest.Length - at);
            body.Append(Encoding.Latin1.GetString(rest.Slice(at, there)));
            if (rest.Length - at < size + 2)
                return (body.ToString(), rest.Length, false);
            at += size + 2;
            if (size == 0)
                return (body.ToString(), at, true);
        }
    }

    private static int StatusOf(ReadOnlySpan<byte> head) =>
        head.StartsWith("HTTP/1.1 "u8) && Utf8Parser.TryParse(head.Slice(9, 3), out int status, out var read) && read == 3 ? status : throw new FormatException("an answer begins with no status line");

    private static string? Field(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            if (line.Length > name.Length && line[name.Length] == (byte)':' && Ascii.EqualsIgnoreCase(line[..name.Length], name))
                return Encoding.Latin1.GetString(line[(name.Length + 1)..]).Trim();
        }
        return null;
    }
}
