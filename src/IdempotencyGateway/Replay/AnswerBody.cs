using static Microsoft.AspNetCore.Http.StatusCodes;

namespace IdempotencyGateway.Replay;

/// <summary>Writes a complete body and its trailers, framed by Content-Length instead of by the provider's framing.</summary>
internal static class AnswerBody
{
    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body, IReadOnlyList<KeyValuePair<string, string>> trailers)
    {
        var response = context.Response;
        response.Headers.TransferEncoding = default;
        // Some providers send a Content-Length with these statuses, which have no body. Kestrel would wait for the body.
        if (response.StatusCode is Status204NoContent or Status205ResetContent)
            response.ContentLength = null;
        if (trailers.Count > 0 && response.SupportsTrailers())
        {
            foreach (var (name, value) in trailers)
                response.AppendTrailer(name, value);
        }
        else
        {
            response.Headers.Trailer = default;
        }
        if (HttpMethods.IsHead(context.Request.Method) || response.StatusCode is Status204NoContent or Status205ResetContent or Status304NotModified)
            return;
        response.ContentLength = body.Length;
        if (body.Length > 0)
            await response.BodyWriter.WriteAsync(body);
    }
}
