using System.Buffers;
using System.Text.Json;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// Writes a verdict into a JSON body, for backends that want it there: <c>{"score":72,"level":"high","action":"annotate","degraded":false,"model":"…","at":1795283090,"reasons":["TOR_EXIT"]}</c>.
/// </summary>
internal static class RiskBody
{
    /// <summary>Headers that, like Content-MD5, describe the client's original body and are wrong for the changed one.</summary>
    public static readonly string[] NoLongerTrue = ["Content-Digest", "Repr-Digest", "Digest"];

    /// <summary>Bytes that may precede an object: whitespace, byte order marks, and the zeros of UTF-16 and UTF-32.</summary>
    private static ReadOnlySpan<byte> InFront => [0xEF, 0xBB, 0xBF, 0xFE, 0xFF, (byte)' ', (byte)'\t', (byte)'\r', (byte)'\n', 0];

    /// <summary>
    /// Whether a backend could parse the body as JSON, by its content type or by its first byte. Backends may ignore the content type, and would then read what the client wrote in the verdict's
    /// place. A compressed body may be anything, so it counts, too.
    /// </summary>
    public static bool MayBeJson(HttpRequest request, ReadOnlySpan<byte> body) =>
        body.TrimStart(InFront) is [(byte)'{', ..] || ContentCoding.IsApplied(request.Headers.ContentEncoding) || IsCalledJson(request.ContentType);

    /// <returns>The body with the verdict in it; null if the verdict cannot be set in a way that all parsers read alike.</returns>
    public static byte[]? Put(ReadOnlySpan<byte> body, JsonPointer place, Verdict verdict)
    {
        var value = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(value))
            Write(writer, verdict);
        return JsonSplice.Put(body, place, value.WrittenSpan);
    }

    private static bool IsCalledJson(string? contentType) => contentType?.Split(';', 2)[0] is { } type && JsonMediaType.Is(type.AsSpan().Trim());

    private static void Write(Utf8JsonWriter writer, Verdict verdict)
    {
        writer.WriteStartObject();
        writer.WriteNumber("score", verdict.Score);
        writer.WriteString("level", verdict.Level.Label());
        writer.WriteString("action", verdict.Action.Label());
        writer.WriteBoolean("degraded", verdict.Degraded);
        writer.WriteString("model", verdict.Model);
        writer.WriteNumber("at", verdict.At.ToUnixTimeSeconds());
        writer.WriteStartArray("reasons");
        foreach (var reason in verdict.Reasons)
            writer.WriteStringValue(reason.Code);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
