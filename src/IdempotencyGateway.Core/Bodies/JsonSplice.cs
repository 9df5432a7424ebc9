using System.Buffers;
using System.Text;
using System.Text.Json;

namespace IdempotencyGateway.Core.Bodies;

/// <summary>
/// Puts a value at one place of a JSON text, and leaves every other byte as it was. Objects that are missing on the way are made; what stood at the place is replaced.
/// </summary>
/// <remarks>
/// A name on the way that stands twice, in whatever letter case, is refused: readers disagree about which one counts, and one of them would find what somebody else had put there.
/// </remarks>
public static class JsonSplice
{
    /// <param name="value">JSON.</param>
    /// <returns>Null when the text is not a strict JSON object, a name on the way occurs twice, or something on the way is not an object.</returns>
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
            // The latter for text that is not UTF-8, or half of a surrogate pair.
            return null;
        }
    }

    /// <summary>Reads an object to its end.</summary>
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

    /// <param name="missing">Names that are not there yet.</param>
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

    /// <param name="Depth">How many names of the way are there.</param>
    /// <param name="IsFirst">No comma is due before what is put in.</param>
    private readonly record struct Gap(int Start, int End, int Depth, bool IsFirst);
}
