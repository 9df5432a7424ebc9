using System.Text.Json;

namespace SimulatedProvider.Exchange;

/// <summary>Iterates over the members of a JSON object without building a document. Values can be taken as raw JSON.</summary>
internal ref struct JsonMembers
{
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;

    /// <exception cref="JsonException">The text does not begin with an object.</exception>
    public JsonMembers(ReadOnlySpan<byte> json)
    {
        _json = json;
        _reader = new Utf8JsonReader(json);
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("not an object");
    }

    /// <summary>Moves to the next member's name. Returns false after the last member; the whole text was then valid.</summary>
    /// <exception cref="JsonException">The text is malformed.</exception>
    public bool Next()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.PropertyName)
            return true;
        // Throws if anything follows the object.
        _reader.Read();
        return false;
    }

    public readonly bool Is(ReadOnlySpan<byte> name) => _reader.ValueTextEquals(name);

    public void SkipValue() => _reader.Skip();

    /// <summary>The current member's value, byte for byte.</summary>
    public byte[] RawValue()
    {
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return _json[start..(int)_reader.BytesConsumed].ToArray();
    }

    /// <summary>The current member's value; null when it is not a string.</summary>
    public string? StringValue()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String)
            return _reader.GetString();
        _reader.Skip();
        return null;
    }
}
