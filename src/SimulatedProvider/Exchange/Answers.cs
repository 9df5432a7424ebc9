using System.Text;
using System.Text.Json;

namespace SimulatedProvider.Exchange;

/// <summary>Constant answers, rendered once, and factories for the others.</summary>
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

    /// <summary>An error about one field, in the provider's format.</summary>
    public static Answer Field(string field, string sentence) =>
        new(400, Encoding.UTF8.GetBytes($"{{\"{field}\":[\"{JsonEncodedText.Encode(sentence)}\"]}}"));

    /// <summary>The answer with a simulated status. 204, 205 and 304 have no body.</summary>
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
