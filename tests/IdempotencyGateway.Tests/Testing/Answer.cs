using System.Text;
using System.Text.Json;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>An HTTP answer, read to its end.</summary>
public sealed record Answer(int Status, Fields Headers, byte[] Body, Fields Trailers)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>What the gateway says about where the answer came from.</summary>
    public string? Source => Headers[GuardedHeaders.Status];

    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }

    public static async Task<Answer> ReadAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending.OrGiveUp();
        var body = await response.Content.ReadAsByteArrayAsync().OrGiveUp();
        return new((int)response.StatusCode, FieldsOf(response.Headers, response.Content.Headers), body, FieldsOf(response.TrailingHeaders));
    }

    public static Answer From(RawAnswer answer) => new(answer.Status, answer.Headers, answer.Body.Content, answer.Trailers);

    /// <summary>Asserts the whole form of a problem: status, every member, and the headers that go with it.</summary>
    /// <param name="key">As the client spelled it; null where it had none that could be read.</param>
    /// <param name="status">Where the route or the occasion overrides the usual one.</param>
    /// <param name="retryable">Likewise.</param>
    /// <param name="source">What <see cref="Source"/> says.</param>
    /// <returns>The problem's members.</returns>
    internal JsonElement AssertProblem(GatewayProblem expected, string? key, int? status = null, bool? retryable = null, string? source = null)
    {
        Assert.True((status ?? expected.Status) == Status, $"{Status} {Text}");
        Assert.Equal("application/problem+json", Headers["Content-Type"]);
        var members = Json;
        var type = $"urn:idempotency-gateway:problems#{expected.Code}";
        Assert.Equal(type, members.GetProperty("type").GetString());
        Assert.Equal(expected.Title, members.GetProperty("title").GetString());
        Assert.Equal(Status, members.GetProperty("status").GetInt32());
        Assert.NotEmpty(members.GetProperty("detail").GetString()!);
        Assert.StartsWith("urn:uuid:", members.GetProperty("instance").GetString(), StringComparison.Ordinal);
        Assert.True(Guid.TryParse(members.GetProperty("instance").GetString()!["urn:uuid:".Length..], out _));
        Assert.Equal(expected.Code, members.GetProperty("code").GetString());
        Assert.Equal(retryable ?? expected.Retryable, members.GetProperty("retryable").GetBoolean());
        Assert.Equal(key, members.TryGetProperty("idempotency_key", out var named) ? named.GetString() : null);
        Assert.Equal($"<{type}>; rel=\"describedby\"", Headers["Link"]);
        Assert.Equal("no-store", Headers["Cache-Control"]);
        Assert.Equal(key, Headers[GuardedHeaders.Key]);
        Assert.Equal(source, Source);
        return members;
    }

    private static Fields FieldsOf(params ReadOnlySpan<System.Net.Http.Headers.HttpHeaders> parts)
    {
        var lines = new List<Field>();
        foreach (var part in parts)
            lines.AddRange(part.NonValidated.SelectMany(header => header.Value, (header, value) => new Field(header.Key, value)));
        return new(lines);
    }
}
