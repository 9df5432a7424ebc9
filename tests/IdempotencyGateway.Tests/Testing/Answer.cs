using System.Text;
using System.Text.Json;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>An HTTP answer, read to its end.</summary>
public sealed record Answer(int Status, Fields Headers, byte[] Body, Fields Trailers)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The <c>Idempotency-Status</c> header: executed, replayed, unrecorded or unguarded; null without it.</summary>
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

    /// <summary>Asserts that the answer is the expected problem: its status, every JSON member, and its headers.</summary>
    /// <param name="key">The key as the client wrote it; null if the request had no readable key.</param>
    /// <param name="status">The expected status where it differs from the problem's default.</param>
    /// <param name="retryable">The expected value where it differs from the problem's default.</param>
    /// <param name="source">The expected <see cref="Source"/>.</param>
    /// <returns>The problem's JSON object.</returns>
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
