using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>The per-caller limit on buffered bodies leaves room for other callers. (The total budget: <c>Intake/BodyRefusalsTests</c>.)</summary>
public sealed class BodyMemoryTests : ExchangeTest
{
    [Fact]
    public async Task A_caller_whose_bodies_fill_its_share_is_put_off_and_others_are_served()
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with
        {
            Limits = new() { BufferedBodiesBytes = 400_000, BufferedBodiesPerCallerBytes = 200_000 },
        });
        var body = new string('x', 100_000);
        var gate = HoldNext();
        var holding = gateway.PostAsync("first", body, "/guarded/echo");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        var refused = await gateway.PostAsync("second", body, "/guarded/echo");
        var other = await gateway.PostAsync("second", body, "/guarded/echo", "caller-2");
        gate.Release();
        await holding;
        await gateway.WhenIdleAsync();
        var later = await gateway.PostAsync("second", body, "/guarded/echo");

        refused.AssertProblem(GatewayProblem.CallerLimit, "second");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal(("executed", "executed"), (other.Source, later.Source));
        Assert.Equal(3, Executions.Total);
    }
}
