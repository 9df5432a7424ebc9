using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>However the client frames a body, the provider receives the same bytes with one Content-Length.</summary>
public sealed class BodiesTests : ExchangeTest
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(65_536, false)]
    [InlineData(3_000_001, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(70_000, true)]
    [InlineData(3_000_001, true)]
    public async Task The_provider_gets_the_very_bytes_and_one_length(int length, bool chunked)
    {
        var gateway = await StartAsync();
        var body = RandomNumberGenerator.GetBytes(length);
        using var request = Echo("k", new ByteArrayContent(body));
        request.Headers.TransferEncodingChunked = chunked;

        var answer = await gateway.AskAsync(request);

        Assert.Equal(200, answer.Status);
        AssertArrived(answer, body);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Content-Length: 0\r\n")]
    [InlineData("Content-Type: application/json\r\n")]
    [InlineData("Content-Type: application/json\r\nContent-Length: 0\r\n")]
    public async Task A_missing_body_counts_as_an_empty_body(string framing)
    {
        var gateway = await StartAsync();
        var request = $"POST /guarded/echo HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: k\r\n{framing}\r\n";

        var first = await gateway.AskRawAsync(request);
        var retry = await gateway.AskRawAsync(request);

        AssertArrived(first, []);
        Assert.Equal((200, "replayed", first.Text), (retry.Status, retry.Source, retry.Text));
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_client_that_asks_first_is_told_to_go_on_and_the_provider_does_not_hear_of_it()
    {
        var gateway = await StartAsync();
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send("POST /guarded/echo HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: k\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");

        var goOn = await client.ReadExactly("HTTP/1.1 100 Continue\r\n\r\n".Length);
        await client.Send("{}");
        var answer = await client.ReadAnswer();

        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(goOn!));
        Assert.Equal(200, answer!.Status);
        Assert.False(Answer.From(answer).Json.GetProperty("headers").TryGetProperty("Expect", out _));
    }

    [Theory]
    [InlineData("{\"workflow_id\":")]
    [InlineData("{\"a\":1,}")]
    [InlineData("not json")]
    public async Task Broken_json_is_the_providers_to_judge_and_counts_by_its_bytes(string body)
    {
        var gateway = await StartAsync();

        var first = await gateway.PostAsync("k", body);
        var retry = await gateway.PostAsync("k", body);
        var other = await gateway.PostAsync("k", body + " ");

        Assert.Equal((400, "executed"), (first.Status, first.Source));
        Assert.Equal((400, "replayed", first.Text), (retry.Status, retry.Source, retry.Text));
        Assert.Equal(422, other.Status);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task Json_nested_beyond_reason_is_forwarded_like_any_other_bytes()
    {
        var gateway = await StartAsync();

        var answer = await gateway.PostAsync("k", new string('[', 500_000), "/guarded/echo");

        Assert.Equal((200, "executed"), (answer.Status, answer.Source));
    }

    [Fact]
    public async Task The_same_json_by_another_encoder_is_a_retry()
    {
        var gateway = await StartAsync();

        var first = await gateway.PostAsync("k", """{"workflow_id":"w","vendor_data":"\u00e9"}""");
        var retry = await gateway.PostAsync("k", """{ "vendor_data" : "é", "workflow_id" : "w" }""");

        Assert.Equal(("replayed", first.Text), (retry.Source, retry.Text));
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task A_multipart_retry_with_another_boundary_is_a_replay_and_another_image_is_not()
    {
        var gateway = await StartAsync();

        var first = await gateway.AskAsync(Upload("boundary-1", "image"));
        var retry = await gateway.AskAsync(Upload("boundary-2", "image"));
        var other = await gateway.AskAsync(Upload("boundary-1", "other image"));

        Assert.Equal((200, "executed"), (first.Status, first.Source));
        Assert.Equal(("replayed", first.Text), (retry.Source, retry.Text));
        Assert.Equal(422, other.Status);
        Assert.Equal(1, Executions.Total);
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=missing")]
    [InlineData("multipart/form-data; boundary=")]
    public async Task A_wrong_multipart_is_the_providers_to_judge(string contentType)
    {
        var gateway = await StartAsync();
        var request = RawClient.Request(
            "POST", "/guarded/id-verification/", "--b\r\nnothing of the kind",
            new Field("x-api-key", "c"), new Field("Idempotency-Key", "k"), new Field("Content-Type", contentType));

        var first = await gateway.AskRawAsync(request);
        var retry = await gateway.AskRawAsync(request);

        Assert.Equal((400, "executed"), (first.Status, first.Source));
        Assert.Equal((400, "replayed"), (retry.Status, retry.Source));
        Assert.Equal((0, 1), (Executions.Total, Executions.Deliveries));
    }

    private static HttpRequestMessage Echo(string key, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/guarded/echo") { Content = content };
        request.Headers.Add("x-api-key", "c");
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private static HttpRequestMessage Upload(string boundary, string image)
    {
        var file = new ByteArrayContent(Encoding.UTF8.GetBytes(image));
        file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        var form = new MultipartFormDataContent(boundary) { { new StringContent("user-1"), "vendor_data" }, { file, "front_image", "front.png" } };
        var request = Echo("k", form);
        request.RequestUri = new Uri("/guarded/id-verification/", UriKind.Relative);
        return request;
    }

    private static void AssertArrived(Answer echo, byte[] body)
    {
        var headers = echo.Json.GetProperty("headers");
        Assert.Equal([body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)], headers.GetProperty("Content-Length").EnumerateArray().Select(v => v.GetString()));
        Assert.False(headers.TryGetProperty("Transfer-Encoding", out _));
        Assert.Equal(body.Length, echo.Json.GetProperty("body").GetProperty("length").GetInt32());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(body)), echo.Json.GetProperty("body").GetProperty("sha256").GetString());
    }
}
