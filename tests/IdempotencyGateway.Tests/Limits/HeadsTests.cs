using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>Heads that are too large or too slow never become requests: the server says so with a status alone, and ends the connection.</summary>
public sealed class HeadsTests : ExchangeTest
{
    private static readonly LimitsSnapshot Small = new() { Head = new() { RequestLineBytes = 300, HeadersBytes = 2048, MaxHeaders = 10, Timeout = TimeSpan.FromSeconds(1) } };

    public static TheoryData<string, int> TooLarge => new()
    {
        { $"POST /guarded/{new string('x', 400)} HTTP/1.1\r\nHost: g\r\n\r\n", 414 },
        { $"POST /guarded/session/ HTTP/1.1\r\nHost: g\r\nx: {new string('x', 3000)}\r\n\r\n", 431 },
        { $"POST /guarded/session/ HTTP/1.1\r\nHost: g\r\n{string.Concat(Enumerable.Range(0, 20).Select(i => $"x-{i}: y\r\n"))}\r\n", 431 },
    };

    [Theory]
    [MemberData(nameof(TooLarge))]
    public async Task A_head_that_is_too_large_is_refused_and_nothing_is_sent(string head, int status)
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = Small });
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send(head);

        var answer = (await client.ReadAnswer())!;

        Assert.Equal((status, "close"), (answer.Status, answer.Headers["Connection"]));
        Assert.Equal("executed", (await gateway.PostAsync("k")).Source);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_head_that_is_too_slow_is_given_up_and_others_do_not_wait_for_it()
    {
        await using var observed = await ObservedGateway.StartAsync(Provider.Address, setup =>
        {
            var listens = setup.Adjust;
            setup.Adjust = snapshot => listens(snapshot) with { Limits = Small };
        });
        await observed.ScrapeAsync();
        using var slow = await RawClient.Connect(observed.Gateway.Address);
        await slow.Send("POST /guarded/session/ HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\n");

        var other = await observed.Gateway.PostAsync("k");
        var answer = (await slow.ReadAnswer())!;
        Assert.Null(await slow.ReadAnswer());

        Assert.Equal("executed", other.Source);
        Assert.Equal((408, "close"), (answer.Status, answer.Headers["Connection"]));
        await observed.ScrapeUntilAsync("""kestrel_connection_duration_seconds_count{error_type="request_headers_timeout""");
    }
}
