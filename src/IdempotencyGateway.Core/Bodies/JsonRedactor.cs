using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IdempotencyGateway.Core.Bodies;

/// <summary>
/// Removes the named parts from a JSON text. In these pointers <c>*</c> stands for every member and every item. A member is removed together with its name, at each occurrence of the name;
/// an array item becomes null, so that the other items keep their indexes. All other values keep their spelling; names may be escaped differently.
/// </summary>
public sealed class JsonRedactor(IReadOnlyList<JsonPointer> parts)
{
    private static readonly JsonWriterOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IReadOnlyList<JsonPointer> Parts { get; } = parts;

    /// <returns>Null when the text is not strict JSON, in which case nothing can be removed reliably.</returns>
    public byte[]? Redact(ReadOnlySpan<byte> json)
    {
        var redacted = new ArrayBufferWriter<byte>(Math.Max(json.Length, 1));
        try
        {
            using var writer = new Utf8JsonWriter(redacted, AsWritten);
            var reader = new Utf8JsonReader(json);
            reader.Read();
            Copy(json, ref reader, writer, Parts, depth: 0);
            if (reader.Read())
                return null;
            writer.Flush();
            return redacted.WrittenSpan.ToArray();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name that is not UTF-8 or has half a surrogate pair.
            return null;
        }
    }

    /// <param name="candidates">The parts of which the first <paramref name="depth"/> segments match the path to this value.</param>
    private static void Copy(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, Utf8JsonWriter writer, IReadOnlyList<JsonPointer> candidates, int depth)
    {
        if (candidates.Count > 0 && reader.TokenType == JsonTokenType.StartObject)
        {
            CopyMembers(json, ref reader, writer, candidates, depth);
            return;
        }
        if (candidates.Count > 0 && reader.TokenType == JsonTokenType.StartArray)
        {
            CopyItems(json, ref reader, writer, candidates, depth);
            return;
        }
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        writer.WriteRawValue(json[start..(int)reader.BytesConsumed], skipInputValidation: true);
    }

    private static void CopyMembers(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, Utf8JsonWriter writer, IReadOnlyList<JsonPointer> candidates, int depth)
    {
        writer.WriteStartObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var next = new List<JsonPointer>();
            foreach (var candidate in candidates)
            {
                if (IsAny(candidate, depth) || reader.ValueTextEquals(candidate.Segments[depth]))
                    next.Add(candidate);
            }
            var name = reader.GetString()!;
            reader.Read();
            if (next.Exists(part => part.Segments.Length == depth + 1))
            {
                reader.Skip();
                continue;
            }
            writer.WritePropertyName(name);
            Copy(json, ref reader, writer, next, depth + 1);
        }
        writer.WriteEndObject();
    }

    private static void CopyItems(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, Utf8JsonWriter writer, IReadOnlyList<JsonPointer> candidates, int depth)
    {
        writer.WriteStartArray();
        for (var item = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; item++)
        {
            var next = candidates.Where(candidate => IsAny(candidate, depth) || candidate.IsItem(depth, item)).ToList();
            if (next.Exists(part => part.Segments.Length == depth + 1))
            {
                reader.Skip();
                writer.WriteNullValue();
                continue;
            }
            Copy(json, ref reader, writer, next, depth + 1);
        }
        writer.WriteEndArray();
    }

    private static bool IsAny(JsonPointer pointer, int depth) => pointer.Segments[depth] is [(byte)'*'];
}
