using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace SimulatedProvider.Exchange;

/// <summary>Writes answers to HTTP responses.</summary>
internal static class AnswerWriter
{
    private const string Json = "application/json";

    public static ValueTask WriteAsync(HttpResponse response, Answer answer)
    {
        WriteHead(response, answer);
        return answer.Body.IsEmpty ? default : WriteBodyAsync(response, answer.Body);
    }

    public static void WriteHead(HttpResponse response, Answer answer)
    {
        response.StatusCode = answer.Status;
        if (answer.Status is 204 or 304)
            return;
        response.ContentLength = answer.Body.Length;
        if (!answer.Body.IsEmpty)
            response.ContentType = Json;
    }

    /// <summary>Writes the body. The server sends it together with the head in one write.</summary>
    public static async ValueTask WriteBodyAsync(HttpResponse response, ReadOnlyMemory<byte> body) =>
        await response.BodyWriter.WriteAsync(body);

    /// <summary>Renders an HTTP/1.1 answer without framing, which only the end of the connection ends.</summary>
    public static void WriteUnframed(PooledBuffer bytes, Answer answer)
    {
        var head = $"HTTP/1.1 {answer.Status} {ReasonPhrases.GetReasonPhrase(answer.Status)}\r\nContent-Type: {Json}\r\nConnection: close\r\n\r\n";
        bytes.Write(Encoding.ASCII.GetBytes(head));
        bytes.Write(answer.Body.Span);
    }
}
