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

    /// <summary>By its name or by its looks: a backend may read as JSON what is called something else, and would find there what the client wrote at the verdict's place.</summary>
    public static bool IsJson(string? contentType, ReadOnlySpan<byte> body) =>
        body.TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{', ..]
        || (contentType?.Split(';', 2)[0].Trim() is { } type
            && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)));

    /// <returns>The body with the verdict at its place; null where it cannot be put without two readers reading two things.</returns>
    public static byte[]? Put(ReadOnlySpan<byte> body, JsonPointer place, Verdict verdict)
    {
        var value = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(value))
            Write(writer, verdict);
        return JsonSplice.Put(body, place, value.WrittenSpan);
    }

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
