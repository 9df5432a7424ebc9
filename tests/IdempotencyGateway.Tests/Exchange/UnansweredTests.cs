using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>Unguarded requests that get no answer: the gateway's problem says who failed and whether the client may retry.</summary>
public sealed class UnansweredTests
{
    [Theory]
    [InlineData("GET", "/open/session/", true)]
    [InlineData("HEAD", "/guarded/session/", true)]
    [InlineData("GET", "/guarded/session/", true)]
    [InlineData("POST", "/open/session/", false)]
    [InlineData("DELETE", "/open/session/", false)]
    public async Task If_the_provider_does_not_listen_only_safe_methods_are_retryable(string method, string path, bool retryable)
    {
        using var nobody = new ClosedPort();
        await using var gateway = await GatewayUnderTest.StartAsync(nobody.Address);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        var answer = await gateway.AskAsync(request);

        if (method != "HEAD")
            answer.AssertProblem(GatewayProblem.NoAnswer, key: null, retryable: retryable);
        Assert.Equal((502, retryable ? "1" : null), (answer.Status, answer.Headers["Retry-After"]));
    }

    [Fact]
    public async Task A_provider_that_takes_too_long_gives_a_504()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Hang());
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup => setup.HttpRequest = new() { ActivityTimeout = TimeSpan.FromMilliseconds(200) });

        var answer = await gateway.AskRawAsync(RawClient.Request("POST", "/open/session/", "{}"));

        answer.AssertProblem(GatewayProblem.NoAnswer, key: null, status: 504);
    }

    [Fact]
    public async Task A_cluster_without_destinations_gives_a_503()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new("http://127.0.0.1:1/"), setup => setup.Destinations = _ => new Dictionary<string, Yarp.ReverseProxy.Configuration.DestinationConfig>());

        var answer = await gateway.AskRawAsync(RawClient.Request("POST", "/open/session/", "{}"));

        answer.AssertProblem(GatewayProblem.ProviderUnreachable, key: null, status: 503);
        Assert.Equal("1", answer.Headers["Retry-After"]);
    }

    [Fact]
    public async Task A_body_with_broken_chunks_gives_a_400_and_closes_the_connection()
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address);

        var answer = await gateway.AskRawAsync("POST /open/session/ HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nnot a length\r\n");

        answer.AssertProblem(GatewayProblem.Malformed, key: null);
        Assert.Equal("close", answer.Headers["Connection"]);
    }

    [Fact]
    public async Task A_502_of_the_provider_is_passed_on_unchanged()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(502, "mine"));
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address);

        var answer = await gateway.AskRawAsync(RawClient.Request("GET", "/open/session/"));

        Assert.Equal((502, "mine", null), (answer.Status, answer.Text, answer.Headers["Link"]));
    }

    [Fact]
    public async Task Unanswered_requests_are_counted_in_the_metrics()
    {
        using var nobody = new ClosedPort();
        await using var observed = await ObservedGateway.StartAsync(nobody.Address);

        await observed.Gateway.AskRawAsync(RawClient.Request("GET", "/open/session/"));

        await observed.ScrapeUntilAsync(
            """idempotency_gateway_requests_total{outcome="unanswered",route="open"} 1""", """idempotency_gateway_problems_total{code="no-answer"} 1""");
    }
}
