using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace IdempotencyGateway.Core.Bodies;

/// <summary>A JSON pointer (RFC 6901), which names one value in a JSON text. The empty pointer, which names the whole text, is not allowed. Two pointers are equal when their texts are.</summary>
public sealed record JsonPointer
{
    public const int MaxLength = 1024;

    private readonly byte[][] _segments;

    private JsonPointer(string text, byte[][] segments) => (Text, _segments) = (text, segments);

    /// <summary>As it was written: "/data/attributes/reference-id".</summary>
    public string Text { get; }

    /// <summary>Member names or array indexes, outermost first, as UTF-8.</summary>
    internal ReadOnlySpan<byte[]> Segments => _segments;

    /// <summary>Whether the segment at this depth is the index of this array item.</summary>
    internal bool IsItem(int depth, int item) =>
        int.TryParse(_segments[depth], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == item;

    public bool Equals(JsonPointer? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public static bool TryParse(string text, [MaybeNullWhen(false)] out JsonPointer parsed)
    {
        parsed = null;
        if (text.Length is < 2 or > MaxLength || text[0] != '/')
            return false;
        var parts = text[1..].Split('/');
        if (Array.Exists(parts, part => part.Replace("~0", "", StringComparison.Ordinal).Replace("~1", "", StringComparison.Ordinal).Contains('~')))
            return false;
        parsed = new(text, [.. parts.Select(part => Encoding.UTF8.GetBytes(
            part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))]);
        return true;
    }

    /// <summary>The string or number that the pointer names; a number is returned as it is written.</summary>
    /// <returns>
    /// Null when there is none, when it is empty or of another type, when a name on the path occurs twice (parsers disagree about which one counts), or
    /// when the body is not strict JSON.
    /// </returns>
    public string? FindText(ReadOnlySpan<byte> json)
    {
        try
        {
            var search = new Search(_segments);
            var reader = new Utf8JsonReader(json);
            if (!reader.Read())
                return null;
            search.Look(ref reader, depth: 0);
            return reader.Read() || search.Hits != 1 || search.Found is not { Length: > 0 } ? null : search.Found;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not UTF-8 or has half a surrogate pair.
            return null;
        }
    }

    public override string ToString() => Text;

    private ref struct Search(byte[][] segments)
    {
        public int Hits { get; private set; }

        public string? Found { get; private set; }

        public void Look(ref Utf8JsonReader reader, int depth)
        {
            if (depth == segments.Length)
                Take(ref reader);
            else if (reader.TokenType == JsonTokenType.StartObject)
                LookInMembers(ref reader, depth);
            else if (reader.TokenType == JsonTokenType.StartArray)
                LookInItems(ref reader, depth);
        }

        private void Take(ref Utf8JsonReader reader)
        {
            Hits++;
            Found = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                _ => null,
            };
            reader.Skip();
        }

        private void LookInMembers(ref Utf8JsonReader reader, int depth)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var isNext = reader.ValueTextEquals(segments[depth]);
                reader.Read();
                if (isNext)
                    Look(ref reader, depth + 1);
                else
                    reader.Skip();
            }
        }

        private void LookInItems(ref Utf8JsonReader reader, int depth)
        {
            var wanted = int.TryParse(segments[depth], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
            for (var item = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; item++)
            {
                if (item == wanted)
                    Look(ref reader, depth + 1);
                else
                    reader.Skip();
            }
        }
    }
}
