using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdempotencyGateway.Admin.Records;

/// <summary>A header's values, written "one" or ["one", "two"].</summary>
[JsonConverter(typeof(Converter))]
internal sealed record OneOrMany(IReadOnlyList<string> Values)
{
    internal sealed class Converter : JsonConverter<OneOrMany>
    {
        public override bool HandleNull => true;

        public override OneOrMany Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
                return new([reader.GetString()!]);
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException();
            var values = new List<string>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                values.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException());
            return new(values);
        }

        public override void Write(Utf8JsonWriter writer, OneOrMany value, JsonSerializerOptions options) => throw new NotSupportedException("only requests have it");
    }
}
