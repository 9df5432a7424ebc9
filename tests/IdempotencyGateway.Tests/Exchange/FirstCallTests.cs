using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Exchange;

public sealed class FirstCallTests : ExchangeTest
{
    [Fact]
    public async Task A_first_call_is_executed_once_and_recorded_before_its_answer_is_seen()
    {
        var gateway = await StartAsync();

        var answer = await gateway.PostAsync("k");

        Assert.Equal((201, "executed", "k"), (answer.Status, answer.Source, answer.Headers[GuardedHeaders.Key]));
        Assert.Equal(RecordState.Done, (await gateway.FindAsync("k"))!.State);
        Assert.False(answer.Headers.Has(GuardedHeaders.Replayed));
        Assert.Equal((1, 1), (Executions.Total, Executions.Deliveries));
    }

    [Fact]
    public async Task A_retry_gets_the_same_answer_and_nothing_is_executed()
    {
        var gateway = await StartAsync();

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.Equal((201, first.Text, "replayed", "true"), (retry.Status, retry.Text, retry.Source, retry.Headers[GuardedHeaders.Replayed]));
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task Other_keys_are_other_operations()
    {
        var gateway = await StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => gateway.PostAsync($"k-{i}")));

        Assert.All(answers, answer => Assert.Equal("executed", answer.Source));
        Assert.Equal((20, 1), (Executions.Total, Executions.MostExecuted()));
    }

    [Fact]
    public async Task Browsers_may_read_what_the_gateway_adds()
    {
        var gateway = await StartAsync();

        foreach (var key in new[] { "k", "k", null })
        {
            using var request = GatewayUnderTest.Post(key);
            request.Headers.Add("Origin", "https://app.example");
            var answer = await gateway.AskAsync(request);

            Assert.Equal("Idempotency-Key, Idempotency-Status, Idempotent-Replayed, Idempotency-Body, Idempotency-Expires", answer.Headers["Access-Control-Expose-Headers"]);
        }
    }

    [Fact]
    public async Task Nobody_else_is_told_what_browsers_may_read()
    {
        var gateway = await StartAsync();

        Assert.False((await gateway.PostAsync("k")).Headers.Has("Access-Control-Expose-Headers"));
    }

    [Theory]
    [InlineData("status=400")]
    [InlineData("status=404")]
    [InlineData("status=500")]
    [InlineData("execute-then-status=503")]
    public async Task What_the_provider_says_is_final_whatever_it_says(string fault)
    {
        var gateway = await StartAsync();
        var status = int.Parse(fault[^3..], System.Globalization.CultureInfo.InvariantCulture);

        var first = await AskAsync(gateway, fault);
        var retry = await gateway.PostAsync("k");

        Assert.Equal((status, "executed"), (first.Status, first.Source));
        Assert.Equal((status, "replayed", first.Text), (retry.Status, retry.Source, retry.Text));
        Assert.Equal(1, Executions.Deliveries);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    public async Task Answers_that_mean_not_now_or_not_you_free_the_key(int status)
    {
        var gateway = await StartAsync();

        var first = await AskAsync(gateway, $"status={status}");
        var retry = await gateway.PostAsync("k");

        Assert.Equal((status, "executed"), (first.Status, first.Source));
        Assert.Equal((201, "executed"), (retry.Status, retry.Source));
        Assert.Equal((1, 2), (Executions.Total, Executions.Deliveries));
    }

    [Fact]
    public async Task A_key_that_was_freed_may_come_back_with_another_body()
    {
        var gateway = await StartAsync();

        await AskAsync(gateway, "status=429");
        var other = await gateway.PostAsync("k", """{"workflow_id":"other"}""");

        Assert.Equal((201, "executed"), (other.Status, other.Source));
    }

    private static Task<Answer> AskAsync(GatewayUnderTest gateway, string fault)
    {
        var request = GatewayUnderTest.Post("k");
        request.Headers.Add("X-Simulate", fault);
        return gateway.AskAsync(request);
    }
}
