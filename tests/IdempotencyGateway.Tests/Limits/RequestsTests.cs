using IdempotencyGateway.Configuration;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>The limits of concurrent requests, filled by requests whose bodies are never completed.</summary>
public sealed class RequestsTests : ExchangeTest
{
    /// <summary>A body rate limit that cannot fire here, however busy the machine.</summary>
    private static readonly BodyPaceLimits Patient = new() { Grace = TimeSpan.FromMinutes(10) };

    private const string Continue = "HTTP/1.1 100 Continue\r\n\r\n";

    [Fact]
    public async Task A_caller_with_too_many_under_way_is_put_off_and_others_are_served()
    {
        var gateway = await StartAsync(new() { RequestsPerCaller = 2 });
        using var first = await BeginUploadAsync(gateway, "a");
        using var second = await BeginUploadAsync(gateway, "b");

        var refused = await gateway.PostAsync("c");
        var other = await gateway.PostAsync("c", caller: "caller-2");
        await first.Send("}");
        Assert.Equal(201, (await first.ReadAnswer())!.Status);
        await Eventually.TrueAsync("one request has ended", () => gateway.Get<GatewayLimits>().Requests.Taken == 1);
        var again = await gateway.PostAsync("c");

        refused.AssertProblem(GatewayProblem.CallerLimit, "c");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal(("executed", "executed"), (other.Source, again.Source));
        Assert.Equal(3, Executions.Deliveries);
    }

    [Fact]
    public async Task A_caller_that_is_found_in_the_body_is_counted_then()
    {
        var gateway = await StartAsync(
            new() { RequestsPerCaller = 1 },
            policy => policy with { Caller = policy.Caller with { From = [new ValueSource.Form("client_id")] }, MaxRequestBodyBytes = 1000 });
        var gate = HoldNext();
        var held = gateway.PostAsync("a", path: "/guarded/echo");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        var refused = await gateway.PostAsync("b", path: "/guarded/echo");
        var other = await gateway.PostAsync("b", path: "/guarded/echo", caller: "caller-2");
        gate.Release();
        await held;

        refused.AssertProblem(GatewayProblem.CallerLimit, "b");
        Assert.Equal("executed", other.Source);
    }

    [Fact]
    public async Task Over_the_total_limit_guarded_and_unguarded_requests_are_refused()
    {
        var gateway = await StartAsync(new() { Requests = 2 });
        using var first = await BeginUploadAsync(gateway, "a");
        using var second = await BeginUploadAsync(gateway, "b");

        var guarded = await gateway.PostAsync("c", caller: "caller-2");
        var open = await gateway.AskAsync(new(HttpMethod.Get, "/open/session/x"));

        guarded.AssertProblem(GatewayProblem.GatewayLimit, key: null);
        open.AssertProblem(GatewayProblem.GatewayLimit, key: null);
        Assert.Equal("1", open.Headers["Retry-After"]);
        Assert.Equal(0, Executions.Deliveries);
    }

    /// <returns>A client that has yet to send the last byte of its body, after the gateway has begun to wait for it.</returns>
    private static async Task<RawClient> BeginUploadAsync(GatewayUnderTest gateway, string key)
    {
        var client = await RawClient.Connect(gateway.Address);
        var body = GatewayUnderTest.SessionBody;
        await client.Send($"POST /guarded/session/ HTTP/1.1\r\nHost: g\r\nx-api-key: caller-1\r\nIdempotency-Key: {key}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n");
        Assert.NotNull(await client.ReadExactly(Continue.Length));
        await client.Send(body[..^1]);
        return client;
    }

    private Task<GatewayUnderTest> StartAsync(LimitsSnapshot limits, Func<IdempotencyPolicy, IdempotencyPolicy>? change = null) => StartAsync(setup =>
    {
        setup.Policy = change?.Invoke(setup.Policy) ?? setup.Policy;
        setup.Adjust = snapshot => snapshot with { Limits = limits with { BodyPace = Patient } };
    });
}
