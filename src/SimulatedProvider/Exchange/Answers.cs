using System.Text;
using System.Text.Json;

namespace SimulatedProvider.Exchange;

/// <summary>Answers that never change, rendered once, and the few that carry a sentence.</summary>
internal static class Answers
{
    public static readonly Answer Forbidden = Detail(403, "You do not have permission to perform this action.");
    public static readonly Answer NotFound = Detail(404, "Not found.");
    public static readonly Answer TooLarge = Detail(413, "Request entity too large.");
    public static readonly Answer BrokenJson = Detail(400, "JSON parse error.");

    private const string RateLimited = "Session creation rate limit exceeded.";

    public static Answer Detail(int status, string sentence)
    {
        using var body = new PooledBuffer();
        return new Answer(status, Detail(body, status, sentence).Body.ToArray());
    }

    /// <summary>The complaint about one field, as the provider words it.</summary>
    public static Answer Field(string field, string sentence) =>
        new(400, Encoding.UTF8.GetBytes($"{{\"{field}\":[\"{JsonEncodedText.Encode(sentence)}\"]}}"));

    /// <summary>The body that a simulated status comes with; 204, 205 and 304 have none.</summary>
    public static Answer ForStatus(PooledBuffer body, int status) => status switch
    {
        204 or 205 or 304 => new Answer(status, default),
        429 => Detail(body, status, RateLimited),
        _ => Detail(body, status, $"Simulated status {status}."),
    };

    private static Answer Detail(PooledBuffer body, int status, string sentence)
    {
        using (var json = new Utf8JsonWriter(body, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteString("detail", sentence);
            json.WriteEndObject();
        }
        return new Answer(status, body.Written);
    }
}
