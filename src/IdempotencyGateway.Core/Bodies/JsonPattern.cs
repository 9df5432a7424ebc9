using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace IdempotencyGateway.Core.Bodies;

/// <summary>A JSON pointer in which "*" stands for each item of an array, so that it can name many values in a JSON text. Two patterns are equal when their texts are.</summary>
public sealed record JsonPattern
{
    private readonly JsonPointer _pointer;

    private JsonPattern(JsonPointer pointer) => _pointer = pointer;

    /// <summary>As it was written: "/reasons/*/code".</summary>
    public string Text => _pointer.Text;

    public static bool TryParse(string text, [MaybeNullWhen(false)] out JsonPattern parsed)
    {
        parsed = JsonPointer.TryParse(text, out var pointer) ? new(pointer) : null;
        return parsed is not null;
    }

    /// <summary>The non-empty strings that the pattern names, in document order. Values of other types are skipped.</summary>
    /// <param name="limit">The most strings to return.</param>
    /// <returns>Empty when there are none, or when the text is not JSON.</returns>
    public IReadOnlyList<string> FindTexts(ReadOnlyMemory<byte> json, int limit)
    {
        var found = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(json);
            Collect(document.RootElement, 0, found, limit);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair. The strings found before it are returned.
        }
        return found;
    }

    public override string ToString() => Text;

    private void Collect(JsonElement element, int depth, List<string> found, int limit)
    {
        if (found.Count == limit)
            return;
        if (depth == _pointer.Segments.Length)
        {
            if (element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text)
                found.Add(text);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty(_pointer.Segments[depth], out var member))
                Collect(member, depth + 1, found, limit);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var isEach = _pointer.Segments[depth].AsSpan().SequenceEqual("*"u8);
            var item = 0;
            foreach (var each in element.EnumerateArray())
            {
                if (isEach || _pointer.IsItem(depth, item))
                    Collect(each, depth + 1, found, limit);
                item++;
            }
        }
    }
}
