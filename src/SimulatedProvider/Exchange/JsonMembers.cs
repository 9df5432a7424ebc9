using System.Text.Json;

namespace SimulatedProvider.Exchange;

/// <summary>Walks the members of one JSON object, without building a document; values can be taken as they were written.</summary>
internal ref struct JsonMembers
{
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;

    /// <exception cref="JsonException">It does not begin with an object.</exception>
    public JsonMembers(ReadOnlySpan<byte> json)
    {
        _json = json;
        _reader = new Utf8JsonReader(json);
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("not an object");
    }

    /// <summary>On to the next member's name; false behind the last one, and then the text was valid to its end.</summary>
    /// <exception cref="JsonException">Broken from here on.</exception>
    public bool Next()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.PropertyName)
            return true;
        // One more step complains about anything behind the object.
        _reader.Read();
        return false;
    }

    public readonly bool Is(ReadOnlySpan<byte> name) => _reader.ValueTextEquals(name);

    public void SkipValue() => _reader.Skip();

    /// <summary>The value of the member just named, byte for byte.</summary>
    public byte[] RawValue()
    {
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return _json[start..(int)_reader.BytesConsumed].ToArray();
    }

    /// <summary>The value of the member just named, or null when it is not a string.</summary>
    public string? StringValue()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String)
            return _reader.GetString();
        _reader.Skip();
        return null;
    }
}
