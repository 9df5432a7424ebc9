using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Load.Client;

/// <summary>A request as bytes, with a place for the key.</summary>
internal sealed class RequestTemplate
{
    private const int KeyDigits = 20;
    private readonly byte[] _bytes;
    private readonly int _keyAt;

    public RequestTemplate(Uri target, string path, string body)
    {
        var head = $"POST {path} HTTP/1.1\r\nHost: {target.Authority}\r\nx-api-key: load-test-key\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nIdempotency-Key: load-";
        _keyAt = Encoding.ASCII.GetByteCount(head);
        _bytes = Encoding.UTF8.GetBytes($"{head}{new string('0', KeyDigits)}\r\n\r\n{body}");
    }

    /// <summary>A copy for one connection, which writes its keys into it.</summary>
    public byte[] Copy() => [.. _bytes];

    public void SetKey(byte[] request, long key) =>
        key.TryFormat(request.AsSpan(_keyAt, KeyDigits), out _, "D20", CultureInfo.InvariantCulture);
}
