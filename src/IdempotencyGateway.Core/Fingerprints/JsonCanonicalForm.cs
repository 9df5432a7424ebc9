using System.Text.Json;
using System.Text.Unicode;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// The canonical form of JSON (RFC 8259): members sorted by name, no whitespace, one spelling per string, and numbers as written (1.0 is not 1, because parsers
/// differ in the precision they keep). Members with the same name keep their order, because parsers take the first, the last, or both.
/// <para>
/// Each value begins with a byte for its type, none of which occurs in a number. A string ends with 0xFF, which never occurs in UTF-8.
/// So values are delimited without length prefixes, and the form is hardly ever longer than the text.
/// </para>
/// </summary>
internal static class JsonCanonicalForm
{
    private const int MaxDepth = 64;

    /// <returns>False for what a strict parser refuses: comments, trailing commas, a byte order mark, invalid UTF-8, more than 64 levels.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> body, ExceptedParts except, ref WipedBuffer canonical)
    {
        // Utf8JsonReader validates the UTF-8 of a string only when its text is read.
        if (!Utf8.IsValid(body))
            return false;
        var members = new JsonMembers(stackalloc JsonMembers.Member[32], stackalloc int[MaxDepth]);
        try
        {
            canonical.Reserve(body.Length);
            var excepted = new ExceptedMembers(except.Members);
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && excepted.Has(reader))
                {
                    reader.Skip();
                    continue;
                }
                var start = canonical.Length;
                if (reader.TokenType == JsonTokenType.EndObject)
                    members.Close(canonical.Written);
                Write(reader, ref canonical);
                if (reader.TokenType == JsonTokenType.StartObject)
                    members.Open();
                else if (reader.TokenType == JsonTokenType.PropertyName)
                    members.Add(start, canonical.Length);
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        finally
        {
            members.Dispose();
        }
    }

    private static void Write(scoped in Utf8JsonReader reader, ref WipedBuffer canonical)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName or JsonTokenType.String:
                AddString(reader.ValueSpan, reader.ValueIsEscaped, ref canonical);
                break;
            case JsonTokenType.Number:
                canonical.Add((byte)'n');
                canonical.Add(reader.ValueSpan);
                break;
            case var token:
                canonical.Add(Mark(token));
                break;
        }
    }

    private static byte Mark(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => (byte)'{',
        JsonTokenType.EndObject => (byte)'}',
        JsonTokenType.StartArray => (byte)'[',
        JsonTokenType.EndArray => (byte)']',
        JsonTokenType.True => (byte)'t',
        JsonTokenType.False => (byte)'f',
        JsonTokenType.Null => (byte)'z',
        _ => throw new InvalidOperationException($"a strict JSON reader gives no {token}"),
    };

    private static void AddString(scoped ReadOnlySpan<byte> text, bool isEscaped, ref WipedBuffer canonical)
    {
        canonical.Add((byte)'"');
        if (isEscaped)
            canonical.Advance(JsonEscapes.Decode(text, canonical.Reserve(text.Length)));
        else
            canonical.Add(text);
        canonical.Add(0xFF);
    }
}
