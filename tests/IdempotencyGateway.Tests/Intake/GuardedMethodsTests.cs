using System.Collections.Frozen;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

public sealed class GuardedMethodsTests : ExchangeTest
{
    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    public async Task Post_and_patch_are_guarded_unless_told_otherwise(string method)
    {
        var gateway = await StartAsync();

        await AskEchoAsync(gateway, method, "k");
        var retry = await AskEchoAsync(gateway, method, "k");

        Assert.Equal("replayed", retry.Source);
        Assert.Equal(1, Executions.Total);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Other_methods_of_the_route_pass_through(string method)
    {
        var gateway = await StartAsync();

        await AskEchoAsync(gateway, method, "k");
        var second = await AskEchoAsync(gateway, method, "k");

        Assert.Null(second.Source);
        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task A_guarded_get_stays_the_same_decision()
    {
        var gateway = await StartAsync(policy => policy with { Methods = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "GET") });

        var first = await AskEchoAsync(gateway, "GET", "k");
        var retry = await AskEchoAsync(gateway, "GET", "k");

        Assert.Equal((200, "executed", "replayed"), (retry.Status, first.Source, retry.Source));
        Assert.Equal(first.Text, retry.Text);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_guarded_head_is_replayed_without_a_body()
    {
        var gateway = await StartAsync(policy => policy with { Methods = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "HEAD") });

        var first = await AskEchoAsync(gateway, "HEAD", "k");
        var retry = await AskEchoAsync(gateway, "HEAD", "k");

        Assert.Equal((200, "executed", 200, "replayed"), (first.Status, first.Source, retry.Status, retry.Source));
        Assert.Equal((0, 0), (first.Body.Length, retry.Body.Length));
        Assert.Equal(1, Executions.Deliveries);
    }

    [Theory]
    [InlineData("post")]
    [InlineData("Post")]
    public async Task Letter_case_is_no_way_around_the_guard(string method)
    {
        var gateway = await StartAsync();
        var request = RawClient.Request(
            method, "/guarded/session/", GatewayUnderTest.SessionBody,
            new Field("x-api-key", "caller-1"), new Field("Idempotency-Key", "k"), new Field("Content-Type", "application/json"));

        var first = await gateway.AskRawAsync(request);
        var retry = await gateway.AskRawAsync(request);
        var usual = await gateway.AskRawAsync(request.Replace(method, "POST", StringComparison.Ordinal));

        Assert.Equal((first.Status, first.Text), (retry.Status, retry.Text));
        Assert.Equal(("replayed", "replayed"), (retry.Source, usual.Source));
        Assert.Equal(1, Executions.Deliveries);
    }

    private static Task<Answer> AskEchoAsync(GatewayUnderTest gateway, string method, string key)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), "/guarded/echo");
        request.Headers.Add("x-api-key", "caller-1");
        request.Headers.Add("Idempotency-Key", key);
        return gateway.AskAsync(request);
    }
}
