using System.Text.Json;
using SimulatedProvider.Exchange;
using SimulatedProvider.Ids;

namespace SimulatedProvider.Checks;

/// <summary><c>POST /v3/aml/</c> with <c>full_name</c>. A name with the word "Sanctioned" in it has one hit, any other none.</summary>
internal sealed class AmlCheck(RequestIds requests) : JsonOperation
{
    private static readonly Answer NameMissing = Answers.Field("full_name", "This field is required.");

    protected override Answer Execute(ReadOnlySpan<byte> json)
    {
        string? name = null;
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (members.Is("full_name"u8))
                name = members.StringValue();
            else
                members.SkipValue();
        }
        return string.IsNullOrEmpty(name) ? NameMissing : Screen(name);
    }

    private Answer Screen(string name)
    {
        var isHit = name.Contains("Sanctioned", StringComparison.OrdinalIgnoreCase);
        using (var json = new Utf8JsonWriter(Output, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteString("request_id", requests.Next());
            json.WriteStartObject("aml");
            json.WriteString("status", isHit ? "In Review" : "Approved");
            json.WriteNumber("total_hits", isHit ? 1 : 0);
            json.WriteStartArray("hits");
            if (isHit)
            {
                json.WriteStartObject();
                json.WriteString("caption", name);
                json.WriteNumber("match_score", 92);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return new Answer(200, Output.Written, HadEffect: true);
    }
}
