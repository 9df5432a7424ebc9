using System.Buffers;
using System.Text.Json;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// A verdict in a JSON body, for backends that want it there: <c>{"score":72,"level":"high","action":"annotate","degraded":false,"model":"…","at":1795283090,"reasons":["TOR_EXIT"]}</c>.
/// </summary>
internal static class RiskBody
{
    /// <summary>These describe the body as the client sent it, as Content-MD5 does.</summary>
    public static readonly string[] NoLongerTrue = ["Content-Digest", "Repr-Digest", "Digest"];

    /// <summary>What may stand in front of an object: space, byte order marks, and the zeros of UTF-16 and UTF-32.</summary>
    private static ReadOnlySpan<byte> InFront => [0xEF, 0xBB, 0xBF, 0xFE, 0xFF, (byte)' ', (byte)'\t', (byte)'\r', (byte)'\n', 0];

    /// <summary>
    /// By its name or by its looks: a backend may read as JSON what is called something else, and would find there what the client wrote at the verdict's place. What is compressed may be
    /// anything.
    /// </summary>
    public static bool MayBeJson(HttpRequest request, ReadOnlySpan<byte> body) =>
        body.TrimStart(InFront) is [(byte)'{', ..] || ContentCoding.IsApplied(request.Headers.ContentEncoding) || IsCalledJson(request.ContentType);

    /// <returns>The body with the verdict at its place; null where it cannot be put without two readers reading two things.</returns>
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
