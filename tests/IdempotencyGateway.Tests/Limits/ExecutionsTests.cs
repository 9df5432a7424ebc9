using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>The per-caller limit of executions: a provider that hangs blocks only the caller that waits for it.</summary>
public sealed class ExecutionsTests : ExchangeTest
{
    [Fact]
    public async Task A_caller_at_its_limit_is_put_off_and_others_are_served()
    {
        var gateway = await StartAsync(new() { ExecutionsPerCaller = 1 });
        await gateway.PostAsync("earlier");
        var gate = HoldNext();
        var held = gateway.PostAsync("held");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        var refused = await gateway.PostAsync("one-more");
        var replay = await gateway.PostAsync("earlier");
        var other = await gateway.PostAsync("one-more", caller: "caller-2");
        Assert.Null(await gateway.FindAsync("one-more"));
        gate.Release();
        Assert.Equal("executed", (await held).Source);
        var again = await gateway.PostAsync("one-more");

        refused.AssertProblem(GatewayProblem.CallerLimit, "one-more");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal(("replayed", "executed", "executed"), (replay.Source, other.Source, again.Source));
        Assert.Equal(4, Executions.Deliveries);
    }

    [Fact]
    public async Task Over_the_total_limit_every_caller_is_refused_and_nothing_is_claimed()
    {
        var gateway = await StartAsync(new() { Executions = 1 });
        var gate = HoldNext();
        var held = gateway.PostAsync("held");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        var refused = await gateway.PostAsync("k", caller: "caller-2");
        Assert.Null(await gateway.FindAsync("k", "caller-2"));
        gate.Release();
        await held;

        refused.AssertProblem(GatewayProblem.GatewayLimit, "k");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal("executed", (await gateway.PostAsync("k", caller: "caller-2")).Source);
        Assert.Equal(2, Executions.Deliveries);
    }

    private Task<GatewayUnderTest> StartAsync(LimitsSnapshot limits) => StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = limits });
}
