using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>Heads that are too large or too slow never become requests: the server says so with a status alone, and ends the connection; each is counted.</summary>
public sealed class HeadsTests : ExchangeTest
{
    private static readonly LimitsSnapshot Small = new() { Head = new() { RequestLineBytes = 300, HeadersBytes = 2048, MaxHeaders = 10, Timeout = TimeSpan.FromSeconds(1) } };

    public static TheoryData<string, int, string> TooLarge => new()
    {
        { $"POST /guarded/{new string('x', 400)} HTTP/1.1\r\nHost: g\r\n\r\n", 414, "target-too-long" },
        { $"POST /guarded/session/ HTTP/1.1\r\nHost: g\r\nx: {new string('x', 3000)}\r\n\r\n", 431, "head-too-large" },
        { $"POST /guarded/session/ HTTP/1.1\r\nHost: g\r\n{string.Concat(Enumerable.Range(0, 20).Select(i => $"x-{i}: y\r\n"))}\r\n", 431, "head-too-large" },
    };

    [Theory]
    [MemberData(nameof(TooLarge))]
    public async Task A_head_that_is_too_large_is_refused_and_nothing_is_sent(string head, int status, string problem)
    {
        await using var observed = await ObservedAsync();
        var gateway = observed.Gateway;
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send(head);

        var answer = (await client.ReadAnswer())!;

        Assert.Equal((status, "close"), (answer.Status, answer.Headers["Connection"]));
        await observed.ScrapeUntilAsync($$"""idempotency_gateway_problems_total{code="{{problem}}"} 1""");
        Assert.Equal("executed", (await gateway.PostAsync("k")).Source);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_head_that_is_too_slow_is_given_up_and_others_do_not_wait_for_it()
    {
        await using var observed = await ObservedAsync();
        await observed.ScrapeAsync();
        using var slow = await RawClient.Connect(observed.Gateway.Address);
        await slow.Send("POST /guarded/session/ HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\n");

        var other = await observed.Gateway.PostAsync("k");
        var answer = (await slow.ReadAnswer())!;
        Assert.Null(await slow.ReadAnswer());

        Assert.Equal("executed", other.Source);
        await observed.ScrapeUntilAsync("""idempotency_gateway_problems_total{code="head-too-slow"} 1""");
        Assert.Equal((408, "close"), (answer.Status, answer.Headers["Connection"]));
        await observed.ScrapeUntilAsync("""kestrel_connection_duration_seconds_count{error_type="request_headers_timeout""");
    }

    private Task<ObservedGateway> ObservedAsync() => ObservedGateway.StartAsync(Provider.Address, setup =>
    {
        var listens = setup.Adjust;
        setup.Adjust = snapshot => listens(snapshot) with { Limits = Small };
    });
}
