using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>The syntax of keys. An invalid key is refused before anything else happens.</summary>
public sealed class KeysTests : ExchangeTest
{
    public static TheoryData<string> MalformedKeys => new(
        "",
        "\"\"",
        new string('k', 256),
        $"\"{new string('k', 256)}\"",
        "one,two",
        "\"one\", \"two\"",
        "with space",
        "quote\"inside",
        "\"no end",
        "\"bad \\escape\"",
        "caf\u00c3\u00a9");

    [Fact]
    public async Task A_missing_key_is_refused()
    {
        var gateway = await StartAsync();

        var answer = await gateway.PostAsync(key: null);

        answer.AssertProblem(GatewayProblem.KeyMissing, key: null);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Theory]
    [MemberData(nameof(MalformedKeys))]
    public async Task A_malformed_key_is_refused(string key)
    {
        var gateway = await StartAsync();

        var answer = await gateway.AskRawAsync(Raw($"Idempotency-Key: {key}"));

        answer.AssertProblem(GatewayProblem.KeyInvalid, key: null);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        var gateway = await StartAsync();

        var answer = await gateway.AskRawAsync(Raw("Idempotency-Key: caf\u00e9"));

        Assert.Equal(400, answer.Status);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Theory]
    [InlineData("Idempotency-Key: one\r\nIdempotency-Key: two")]
    [InlineData("Idempotency-Key: same\r\nidempotency-key: same")]
    public async Task A_key_sent_twice_is_refused(string lines)
    {
        var gateway = await StartAsync();

        var answer = await gateway.AskRawAsync(Raw(lines));

        answer.AssertProblem(GatewayProblem.KeyInvalid, key: null);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Theory]
    [InlineData(255)]
    [InlineData(1)]
    public async Task The_longest_and_the_shortest_key_are_keys(int length)
    {
        var gateway = await StartAsync();
        var key = new string('k', length);

        var first = await gateway.PostAsync(key);
        var retry = await gateway.PostAsync(key);

        Assert.Equal((201, "executed", 201, "replayed"), (first.Status, first.Source, retry.Status, retry.Source));
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task The_quoted_and_the_bare_spelling_are_one_key_and_each_is_echoed_as_it_was_sent()
    {
        var gateway = await StartAsync();

        var first = await gateway.PostAsync("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"");
        var retry = await gateway.PostAsync("8e03978e-40d5-43dd-bc93-6894a57f9324");

        Assert.Equal("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", first.Headers[GuardedHeaders.Key]);
        Assert.Equal("8e03978e-40d5-43dd-bc93-6894a57f9324", retry.Headers[GuardedHeaders.Key]);
        Assert.Equal("replayed", retry.Source);
        Assert.Equal(first.Text, retry.Text);
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task White_space_around_a_key_is_no_part_of_it()
    {
        var gateway = await StartAsync();

        var first = await gateway.AskRawAsync(Raw("Idempotency-Key: \t k-1 \t"));
        var retry = await gateway.PostAsync("k-1");

        Assert.Equal((201, "k-1"), (first.Status, first.Headers[GuardedHeaders.Key]));
        Assert.Equal("replayed", retry.Source);
    }

    [Fact]
    public void A_key_is_echoed_without_white_space_that_a_server_left_around_it()
    {
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary { ["Idempotency-Key"] = " k-1\t" };

        var reading = IdempotencyGateway.Intake.KeyReader.Read(headers, new());

        Assert.Equal("k-1", Assert.IsType<IdempotencyGateway.Intake.KeyReading.Present>(reading).AsSent);
    }

    private static string Raw(string keyLines) =>
        $"POST /guarded/session/ HTTP/1.1\r\nHost: g\r\nx-api-key: caller-1\r\n{keyLines}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {GatewayUnderTest.SessionBody.Length}\r\n\r\n{GatewayUnderTest.SessionBody}";
}
