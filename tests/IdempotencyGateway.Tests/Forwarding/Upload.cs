using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>A multipart image upload.</summary>
/// <param name="Request">The request's bytes, for <see cref="RawClient"/>.</param>
/// <param name="Body">The request's body.</param>
public sealed record Upload(string Request, string Body)
{
    /// <param name="bytes">Size of the picture.</param>
    public static Upload Of(int bytes, string key, params ReadOnlySpan<Field> headers)
    {
        const string boundary = "----boundary-7MA4YWxk";
        var picture = string.Create(bytes, 0, static (pixels, _) =>
        {
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = (char)(i * 31 % 256);
        });
        var body = $"--{boundary}\r\nContent-Disposition: form-data; name=\"front_image\"; filename=\"id.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n{picture}\r\n--{boundary}--\r\n";
        var request = RawClient.Request("POST", "/guarded/id-verification/", body,
        [
            new("Idempotency-Key", key),
            new("x-api-key", Asking.Caller),
            new("Content-Type", $"multipart/form-data; boundary={boundary}"),
            .. headers,
        ]);
        return new(request, body);
    }
}
