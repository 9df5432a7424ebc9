using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

public sealed class SlowBodiesTests : ExchangeTest
{
    [Fact]
    public async Task A_body_that_is_too_slow_is_given_up_and_others_do_not_wait_for_it()
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = new() { BodyPace = new() { Grace = TimeSpan.FromSeconds(2) } } });
        using var slow = await RawClient.Connect(gateway.Address);
        await slow.Send("POST /guarded/echo HTTP/1.1\r\nHost: g\r\nx-api-key: caller-1\r\nIdempotency-Key: slow\r\nContent-Length: 1000\r\n\r\nonly this");

        var other = await gateway.PostAsync("k");
        var answer = Answer.From((await slow.ReadAnswer())!);

        Assert.Equal("executed", other.Source);
        answer.AssertProblem(GatewayProblem.BodySlow, "slow");
        Assert.Equal(("close", "1"), (answer.Headers["Connection"], answer.Headers["Retry-After"]));
        Assert.Null(await gateway.FindAsync("slow"));
        Assert.Equal(1, Executions.Deliveries);
        Assert.Equal(0, gateway.BodyBytes);
    }

    [Fact]
    public async Task A_slow_streamed_body_is_given_up_too_and_its_client_is_told()
    {
        await using var observed = await ObservedGateway.StartAsync(Provider.Address, setup =>
        {
            var listens = setup.Adjust;
            setup.Adjust = snapshot => listens(snapshot) with { Limits = new() { BodyPace = new() { Grace = TimeSpan.FromSeconds(2) } } };
        });
        using var slow = await RawClient.Connect(observed.Gateway.Address);
        await slow.Send("POST /open/echo HTTP/1.1\r\nHost: g\r\nContent-Length: 1000\r\n\r\nonly this");

        var answer = Answer.From((await slow.ReadAnswer())!);
        Assert.Empty(await slow.ReadToEnd());

        answer.AssertProblem(GatewayProblem.BodySlow, key: null, retryable: false);
        Assert.Equal("close", answer.Headers["Connection"]);
        Assert.Equal(0, Executions.Total);
    }
}
