using System.Net;
using System.Text;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>Composes HTTP/1.1 responses as strings in which each character is one byte (Latin-1).</summary>
internal static class AnswerBytes
{
    public static string WithLength(int status, ReadOnlySpan<Field> headers, int length) =>
        Head(status, [.. headers, new Field("Content-Length", $"{length}")]);

    public static string Chunked(int status) => Head(status, [new Field("Transfer-Encoding", "chunked")]);

    public static string UntilClose(int status) => Head(status, [new Field("Connection", "close")]);

    public static string Chunk(string content) => $"{content.Length:x}\r\n{content}\r\n";

    public static string LastChunk(ReadOnlySpan<Field> trailers) => "0\r\n" + Lines(trailers);

    public static string Head(int status, ReadOnlySpan<Field> headers) => $"HTTP/1.1 {status} {(HttpStatusCode)status}\r\n{Lines(headers)}";

    private static string Lines(ReadOnlySpan<Field> fields)
    {
        var lines = new StringBuilder();
        foreach (var (name, value) in fields)
            lines.Append(name).Append(": ").Append(value).Append("\r\n");
        return lines.Append("\r\n").ToString();
    }
}
