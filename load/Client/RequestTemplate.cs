using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Load.Client;

/// <summary>A request as prepared bytes, with a placeholder for the key. Each connection writes its keys into its own copy of the head; large bodies are shared.</summary>
internal sealed class RequestTemplate
{
    private const int KeyDigits = 20;

    /// <summary>A body of up to this many bytes is sent together with the head, in one packet if it fits.</summary>
    private const int SmallBody = 16 * 1024;

    private readonly byte[] _head;
    private readonly int _keyAt;

    /// <param name="fields">Further header lines, each ending in CRLF.</param>
    public RequestTemplate(string path, string contentType, ReadOnlyMemory<byte> body, string fields = "")
    {
        var before = $"POST {path} HTTP/1.1\r\nHost: load.example\r\nx-api-key: load-test-key\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n{fields}Idempotency-Key: load-";
        _keyAt = Encoding.ASCII.GetByteCount(before);
        var head = Encoding.ASCII.GetBytes($"{before}{new string('0', KeyDigits)}\r\n\r\n");
        var isSmall = body.Length <= SmallBody;
        _head = isSmall ? [.. head, .. body.Span] : head;
        Rest = isSmall ? ReadOnlyMemory<byte>.Empty : body;
    }

    /// <summary>The body, if it is sent after the copied head; empty if the copy contains it.</summary>
    public ReadOnlyMemory<byte> Rest { get; }

    public byte[] Copy() => [.. _head];

    public void SetKey(byte[] copy, long key) => key.TryFormat(copy.AsSpan(_keyAt, KeyDigits), out _, "D20", CultureInfo.InvariantCulture);
}
