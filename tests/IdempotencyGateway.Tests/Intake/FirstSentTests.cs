using System.Globalization;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Configuration;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary><c>Repeatability-First-Sent</c>: a client that says when it first sent a request gets no second execution after the record has expired.</summary>
public sealed class FirstSentTests : ExchangeTest
{
    private const string Header = "Repeatability-First-Sent";

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task A_retry_whose_record_may_be_gone_is_not_sent()
    {
        var gateway = await StartAsync();
        var sent = _clock.GetUtcNow();
        var first = await AskAsync(gateway, sent);
        _clock.JumpWallClock(TimeSpan.FromMinutes(59));
        var retry = await AskAsync(gateway, sent);
        _clock.JumpWallClock(TimeSpan.FromSeconds(61));

        var late = await AskAsync(gateway, sent);

        Assert.Equal(("executed", "replayed"), (first.Source, retry.Source));
        late.AssertProblem(GatewayProblem.KeyExpired, "k");
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_request_that_was_never_seen_is_told_the_same_because_nobody_can_know_that()
    {
        var gateway = await StartAsync();

        var answer = await AskAsync(gateway, _clock.GetUtcNow() - TimeSpan.FromDays(2));

        answer.AssertProblem(GatewayProblem.KeyExpired, "k");
        Assert.Null(await gateway.FindAsync("k"));
        Assert.Equal(0, Executions.Deliveries);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("")]
    public async Task A_value_that_is_not_a_date_is_refused(string value)
    {
        var gateway = await StartAsync();

        var answer = await gateway.AskRawAsync(Raw($"{Header}: {value}"));

        answer.AssertProblem(GatewayProblem.KeyInvalid, "k");
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_date_sent_twice_is_refused()
    {
        var gateway = await StartAsync();
        var date = _clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);

        (await gateway.AskRawAsync(Raw($"{Header}: {date}\r\n{Header}: {date}"))).AssertProblem(GatewayProblem.KeyInvalid, "k");
    }

    [Fact]
    public async Task A_clock_that_is_too_far_ahead_is_told_because_none_of_its_retries_would_ever_be_too_late()
    {
        var gateway = await StartAsync();

        var near = await AskAsync(gateway, _clock.GetUtcNow() + TimeSpan.FromSeconds(30));
        var far = await AskAsync(gateway, _clock.GetUtcNow() + TimeSpan.FromSeconds(31), "far");

        Assert.Equal("executed", near.Source);
        var problem = far.AssertProblem(GatewayProblem.KeyInvalid, "far");
        Assert.Contains("Correct the client's clock", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Null(await gateway.FindAsync("far"));
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task The_date_takes_no_part_in_what_the_request_asks_for()
    {
        var gateway = await StartAsync();

        var first = await AskAsync(gateway, _clock.GetUtcNow());
        var retry = await AskAsync(gateway, _clock.GetUtcNow() - TimeSpan.FromMinutes(1));

        Assert.Equal(("executed", "replayed"), (first.Source, retry.Source));
    }

    [Fact]
    public async Task A_route_that_believes_no_dates_looks_at_none()
    {
        var gateway = await StartAsync(header: null);

        Assert.Equal("executed", (await AskAsync(gateway, _clock.GetUtcNow() - TimeSpan.FromDays(2))).Source);
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData("X-First-Sent", "X-First-Sent")]
    public void The_name_of_the_header_is_configurable(string setting, string? header) =>
        Assert.Equal(header, GatewayFile.LoadValid($"Idempotency:Policies:create:Key:FirstSent={setting}").Policies["create"].Key.FirstSent);

    [Fact]
    public void The_Date_header_is_refused_as_the_name() => Assert.StartsWith(
        "Idempotency:Policies:create:Key:FirstSent \"date\" is not a header name, such as Repeatability-First-Sent, that says nothing else in a request and the same on every retry",
        Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal("Idempotency:Policies:create:Key:FirstSent=date"))),
        StringComparison.Ordinal);

    [Fact]
    public void The_header_of_the_key_is_refused_as_the_name() => Assert.StartsWith(
        "Idempotency:Policies:create:Key:FirstSent is the same header as Header",
        Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal("Idempotency:Policies:create:Key:FirstSent=idempotency-key"))),
        StringComparison.Ordinal);

    private Task<GatewayUnderTest> StartAsync(string? header = Header) => StartAsync(setup =>
    {
        setup.Clock = _clock;
        setup.Policy = setup.Policy with { Retention = TimeSpan.FromHours(1), Key = setup.Policy.Key with { FirstSent = header } };
    });

    private static async Task<Answer> AskAsync(GatewayUnderTest gateway, DateTimeOffset sent, string key = "k")
    {
        using var request = GatewayUnderTest.Post(key);
        request.Headers.Add(Header, sent.ToString("R", CultureInfo.InvariantCulture));
        return await gateway.AskAsync(request);
    }

    private static string Raw(string lines) =>
        $"POST /guarded/session/ HTTP/1.1\r\nHost: g\r\nx-api-key: caller-1\r\nIdempotency-Key: k\r\n{lines}\r\nContent-Length: {GatewayUnderTest.SessionBody.Length}\r\n\r\n{GatewayUnderTest.SessionBody}";
}
