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
    public async Task Where_the_provider_does_not_listen_only_what_is_safe_may_be_repeated(string method, string path, bool retryable)
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
    public async Task Where_the_provider_takes_too_long()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Hang());
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup => setup.HttpRequest = new() { ActivityTimeout = TimeSpan.FromMilliseconds(200) });

        var answer = await gateway.AskRawAsync(RawClient.Request("POST", "/open/session/", "{}"));

        answer.AssertProblem(GatewayProblem.NoAnswer, key: null, status: 504);
    }

    [Fact]
    public async Task Where_there_is_nowhere_to_send_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new("http://127.0.0.1:1/"), setup => setup.Destinations = _ => new Dictionary<string, Yarp.ReverseProxy.Configuration.DestinationConfig>());

        var answer = await gateway.AskRawAsync(RawClient.Request("POST", "/open/session/", "{}"));

        answer.AssertProblem(GatewayProblem.ProviderUnreachable, key: null, status: 503);
        Assert.Equal("1", answer.Headers["Retry-After"]);
    }

    [Fact]
    public async Task Where_the_body_cannot_be_read()
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address);

        var answer = await gateway.AskRawAsync("POST /open/session/ HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nnot a length\r\n");

        answer.AssertProblem(GatewayProblem.Malformed, key: null);
        Assert.Equal("close", answer.Headers["Connection"]);
    }

    [Fact]
    public async Task The_providers_own_502_is_its_own()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(502, "mine"));
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address);

        var answer = await gateway.AskRawAsync(RawClient.Request("GET", "/open/session/"));

        Assert.Equal((502, "mine", null), (answer.Status, answer.Text, answer.Headers["Link"]));
    }

    [Fact]
    public async Task Operators_see_how_often()
    {
        using var nobody = new ClosedPort();
        await using var observed = await ObservedGateway.StartAsync(nobody.Address);

        await observed.Gateway.AskRawAsync(RawClient.Request("GET", "/open/session/"));

        await observed.ScrapeUntilAsync(
            """idempotency_gateway_requests_total{outcome="unanswered",route="open"} 1""", """idempotency_gateway_problems_total{code="no-answer"} 1""");
    }
}
