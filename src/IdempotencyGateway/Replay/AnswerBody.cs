using System.Buffers;

namespace IdempotencyGateway.Replay;

/// <summary>Writes a whole, known body with its trailers: always with a Content-Length, never with the provider's framing.</summary>
internal static class AnswerBody
{
    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body, IReadOnlyList<KeyValuePair<string, string>> trailers)
    {
        var response = context.Response;
        response.Headers.TransferEncoding = default;
        if (trailers.Count > 0 && response.SupportsTrailers())
        {
            foreach (var (name, value) in trailers)
                response.AppendTrailer(name, value);
        }
        else
        {
            response.Headers.Trailer = default;
        }
        if (HttpMethods.IsHead(context.Request.Method) || response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
            return;
        response.ContentLength = body.Length;
        if (body.Length > 0)
            await response.BodyWriter.WriteAsync(body);
    }
}
