using System.Net;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>The same key used for two different requests.</summary>
public sealed class MismatchTests : ExchangeTest
{
    private const string Other = """{"workflow_id":"other"}""";

    [Fact]
    public async Task Another_body_under_a_used_key_is_refused_and_the_first_answer_stays()
    {
        var gateway = await StartAsync();

        var first = await gateway.PostAsync("k");
        var other = await gateway.PostAsync("k", Other);
        var retry = await gateway.PostAsync("k");

        other.AssertProblem(GatewayProblem.KeyReused, "k");
        Assert.Equal(("replayed", first.Text), (retry.Source, retry.Text));
        Assert.Equal(1, Executions.Deliveries);
    }

    [Theory]
    [InlineData("/guarded/echo?a=2", "POST")]
    [InlineData("/guarded/echo/", "POST")]
    [InlineData("/guarded/echo?a=1", "PATCH")]
    public async Task Path_query_and_method_are_part_of_the_request(string path, string method)
    {
        var gateway = await StartAsync();
        await gateway.PostAsync("k", path: "/guarded/echo?a=1");
        using var request = GatewayUnderTest.Post("k", path: path);
        request.Method = new HttpMethod(method);

        var other = await gateway.AskAsync(request);

        other.AssertProblem(GatewayProblem.KeyReused, "k");
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_header_is_part_of_the_request_where_the_policy_says_so()
    {
        var gateway = await StartAsync(policy => policy with { Fingerprint = new() { Headers = ["persona-version"] } });

        var first = await AskAsync(gateway, ("Persona-Version", "2025"), ("Traceparent", "1"));
        var retry = await AskAsync(gateway, ("Persona-Version", "2025"), ("Traceparent", "2"));
        var other = await AskAsync(gateway, ("Persona-Version", "2026"), ("Traceparent", "1"));

        Assert.Equal(("executed", "replayed"), (first.Source, retry.Source));
        other.AssertProblem(GatewayProblem.KeyReused, "k");
    }

    /// <summary>A provider may depend on the host. HTTP/2 clients send it as <c>:authority</c> instead of <c>Host</c>.</summary>
    [Fact]
    public async Task The_host_is_part_of_the_request_where_the_policy_says_so_in_either_version()
    {
        var gateway = await StartAsync(policy => policy with { Fingerprint = new() { Headers = ["host"] } });

        var first = await AskAsync(gateway, ("Host", "one.example"));
        var other = await AskAsync(gateway, ("Host", "other.example"));
        var retry = await Http2Async("one.example");
        var another = await Http2Async("other.example");

        Assert.Equal(("executed", "replayed"), (first.Source, retry.Source));
        other.AssertProblem(GatewayProblem.KeyReused, "k");
        another.AssertProblem(GatewayProblem.KeyReused, "k");

        async Task<Answer> Http2Async(string host)
        {
            using var client = BareClient.Http2();
            using var request = GatewayUnderTest.Post("k");
            request.RequestUri = new Uri(gateway.Http2Address, request.RequestUri!);
            (request.Version, request.VersionPolicy, request.Headers.Host) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact, host);
            return await Answer.ReadAsync(client.SendAsync(request));
        }
    }

    [Fact]
    public async Task The_status_is_the_routes_to_choose()
    {
        var gateway = await StartAsync(policy => policy with { Fingerprint = new() { MismatchStatus = 409 } });

        await gateway.PostAsync("k");

        (await gateway.PostAsync("k", Other)).AssertProblem(GatewayProblem.KeyReused, "k", status: 409);
    }

    [Fact]
    public async Task Where_body_and_key_together_name_the_operation_each_body_has_its_own_answer()
    {
        var gateway = await StartAsync(policy => policy with { Fingerprint = new() { OnMismatch = OnMismatch.Separate } });

        var first = await gateway.PostAsync("k");
        var other = await gateway.PostAsync("k", Other);
        var firstAgain = await gateway.PostAsync("k");
        var otherAgain = await gateway.PostAsync("k", Other);

        Assert.Equal(("executed", "executed"), (first.Source, other.Source));
        Assert.NotEqual(first.Text, other.Text);
        Assert.Equal((first.Text, other.Text), (firstAgain.Text, otherAgain.Text));
        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task A_mismatch_is_told_while_the_first_is_still_under_way()
    {
        var gateway = await StartAsync();
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        var other = await gateway.PostAsync("k", Other);
        Assert.False(first.IsCompleted);
        gate.Release();

        other.AssertProblem(GatewayProblem.KeyReused, "k");
        Assert.Equal("executed", (await first).Source);
        Assert.Equal(1, Executions.Deliveries);
    }

    private static Task<Answer> AskAsync(GatewayUnderTest gateway, params (string Name, string Value)[] headers)
    {
        var request = GatewayUnderTest.Post("k");
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return gateway.AskAsync(request);
    }
}
