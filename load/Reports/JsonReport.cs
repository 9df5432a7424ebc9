using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdempotencyGateway.Load.Reports;

/// <summary>Writes and reads a report as JSON, for other programs and for the <c>report</c> command.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write(Report report) => JsonSerializer.Serialize(report, Form);

    /// <exception cref="JsonException">The text is not a report.</exception>
    public static Report Read(string json) => JsonSerializer.Deserialize<Report>(json, Form) ?? throw new JsonException("an empty report");
}
