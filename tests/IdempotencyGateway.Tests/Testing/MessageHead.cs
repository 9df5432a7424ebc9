using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>How a message announces where its body ends.</summary>
public enum BodyFraming
{
    /// <summary>No announcement: a request without a body, or a response that cannot have one.</summary>
    None,
    ContentLength,
    Chunked,

    /// <summary>Responses only: the body ends where the connection closes.</summary>
    UntilClose,
}

/// <summary>The head of an HTTP/1.x request or response. Parsing is lenient (a bare LF ends a line), and the original bytes are kept.</summary>
public sealed class MessageHead
{
    private MessageHead(byte[] bytes)
    {
        Bytes = bytes;
        var lines = Encoding.Latin1.GetString(bytes).Split('\n', StringSplitOptions.None).Select(line => line.TrimEnd('\r')).ToArray();
        StartLine = lines[0];
        Fields = new Fields([.. lines.Skip(1).Where(line => line.Length > 0).Select(ParseField)]);
    }

    /// <summary>The bytes from the first one through the empty line.</summary>
    public byte[] Bytes { get; }

    public string StartLine { get; }

    public Fields Fields { get; }

    public bool IsChunked =>
        Fields.Values("Transfer-Encoding").Any(value => value.EndsWith("chunked", StringComparison.OrdinalIgnoreCase));

    /// <summary>Null if absent; the first value if the sender sent several.</summary>
    public long? ContentLength =>
        Fields.Values("Content-Length") is [var first, ..] ? long.Parse(first, CultureInfo.InvariantCulture) : null;

    /// <summary>Reads the next head; null if the connection ended before the empty line.</summary>
    public static async ValueTask<MessageHead?> Read(RawConnection connection, CancellationToken cancellation)
    {
        var bytes = new MemoryStream();
        while (await connection.ReadLine(cancellation) is { } line)
        {
            bytes.Write(line);
            if (line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'])
                return new MessageHead(bytes.ToArray());
        }
        return null;
    }

    internal static Field ParseField(string line) =>
        line.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0
            ? new Field(line[..colon], line[(colon + 1)..].Trim(' ', '\t'))
            : new Field(line, "");
}
