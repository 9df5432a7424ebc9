using System.Buffers;
using System.Text;
using System.Text.Json;

namespace IdempotencyGateway.Core.Bodies;

/// <summary>
/// Sets one value in a JSON text and leaves every other byte unchanged. Objects that are missing on the path are created; an existing value is replaced.
/// </summary>
/// <remarks>
/// A path on which a name occurs twice, in any letter case, is refused. Parsers disagree about which occurrence counts, so some would read the client's value instead of the one set here.
/// </remarks>
public static class JsonSplice
{
    /// <param name="value">JSON.</param>
    /// <returns>Null when the text is not a strict JSON object, a name on the path occurs twice or in another letter case, or a value on the path is not an object.</returns>
    public static byte[]? Put(ReadOnlySpan<byte> json, JsonPointer place, ReadOnlySpan<byte> value)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || Find(ref reader, place.Segments, 0) is not { } gap || reader.Read())
                return null;
            var spliced = new ArrayBufferWriter<byte>(json.Length + value.Length + 64);
            spliced.Write(json[..gap.Start]);
            Fill(spliced, place.Segments[gap.Depth..], gap, value);
            spliced.Write(json[gap.End..]);
            return spliced.WrittenSpan.ToArray();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name that is not UTF-8 or has half a surrogate pair.
            return null;
        }
    }

    /// <summary>Finds where in this object to write the value. Reads the object to its end, to see a repeated name.</summary>
    private static Gap? Find(ref Utf8JsonReader reader, ReadOnlySpan<byte[]> segments, int depth)
    {
        Gap? found = null;
        var matches = 0;
        var members = 0;
        var name = Encoding.UTF8.GetString(segments[depth]);
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndObject; members++)
        {
            var isNext = string.Equals(reader.GetString(), name, StringComparison.OrdinalIgnoreCase);
            var isExact = isNext && reader.ValueTextEquals(segments[depth]);
            reader.Read();
            if (!isNext)
            {
                reader.Skip();
                continue;
            }
            matches++;
            found = isExact ? Enter(ref reader, segments, depth) : null;
            if (found is null)
                return null;
        }
        return matches switch
        {
            0 => new((int)reader.TokenStartIndex, (int)reader.TokenStartIndex, depth, IsFirst: members == 0),
            1 => found,
            _ => null,
        };
    }

    private static Gap? Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte[]> segments, int depth)
    {
        if (depth + 1 < segments.Length)
            return reader.TokenType == JsonTokenType.StartObject ? Find(ref reader, segments, depth + 1) : null;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new(start, (int)reader.BytesConsumed, segments.Length, IsFirst: true);
    }

    /// <param name="missing">The names on the path that do not exist yet.</param>
    private static void Fill(ArrayBufferWriter<byte> spliced, ReadOnlySpan<byte[]> missing, Gap gap, ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < missing.Length; i++)
        {
            spliced.Write(i > 0 ? "{"u8 : gap.IsFirst ? ""u8 : ","u8);
            spliced.Write(JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(missing[i])));
            spliced.Write(":"u8);
        }
        spliced.Write(value);
        for (var i = 1; i < missing.Length; i++)
            spliced.Write("}"u8);
    }

    /// <param name="Depth">How many names on the path exist.</param>
    /// <param name="IsFirst">Whether the value is written without a comma before it.</param>
    private readonly record struct Gap(int Start, int End, int Depth, bool IsFirst);
}
