using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>The limit of waiting duplicates: further duplicates of a request in flight are refused instead of waiting.</summary>
public sealed class WaitersTests : ExchangeTest
{
    // Distinct from every other timer here, so that a timer of this length belongs to a waiting duplicate.
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan AskingElsewhere = TimeSpan.FromMilliseconds(200);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_caller_with_too_many_waiting_is_put_off_and_others_wait()
    {
        var gateway = await StartAsync(new() { WaitersPerCaller = 1 });
        using var leading = GatewayUnderTest.Post("k");
        leading.Headers.Add("X-Simulate", "hold");
        using var othersLeading = GatewayUnderTest.Post("k", caller: "caller-2");
        othersLeading.Headers.Add("X-Simulate", "hold");
        var first = gateway.AskAsync(leading);
        var othersFirst = gateway.AskAsync(othersLeading);
        await Faults.WordGate.Held.WhenReachesAsync(2).OrGiveUp();
        var waiting = gateway.PostAsync("k");
        await _time.WhenArmedAsync(Wait);

        var refused = await gateway.PostAsync("k");
        var other = gateway.PostAsync("k", caller: "caller-2");
        await _time.WhenArmedAsync(Wait, count: 2);
        Faults.WordGate.Release();

        refused.AssertProblem(GatewayProblem.CallerLimit, "k");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal(("executed", "executed"), ((await first).Source, (await othersFirst).Source));
        Assert.Equal(("replayed", "replayed"), ((await waiting).Source, (await other).Source));
        Assert.Equal(2, Executions.Deliveries);
    }

    [Fact]
    public async Task Over_the_total_limit_further_duplicates_do_not_wait()
    {
        var gateway = await StartAsync(new() { Waiters = 1 });
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        var waiting = gateway.PostAsync("k");
        await _time.WhenArmedAsync(Wait);

        var refused = await gateway.PostAsync("k");
        gate.Release();

        refused.AssertProblem(GatewayProblem.GatewayLimit, "k");
        Assert.Equal(("executed", "replayed"), ((await first).Source, (await waiting).Source));
    }

    [Fact]
    public async Task Waiting_for_another_process_counts_alike_and_leaves_its_claim_alone()
    {
        var gateway = await StartAsync(new() { WaitersPerCaller = 1 });
        var elsewhere = await gateway.ClaimElsewhereAsync("a");
        await gateway.ClaimElsewhereAsync("b");
        var waiting = gateway.PostAsync("a");
        await _time.WhenArmedAsync(AskingElsewhere);

        var refused = await gateway.PostAsync("b");
        await gateway.Store.ReleaseAsync(elsewhere, CancellationToken.None);
        _time.Advance(AskingElsewhere);

        refused.AssertProblem(GatewayProblem.CallerLimit, "b");
        Assert.Equal("executed", (await waiting).Source);
        Assert.Equal(1, Executions.Deliveries);
        Assert.NotNull(await gateway.FindAsync("b"));
    }

    [Fact]
    public async Task A_route_that_rejects_duplicates_needs_no_waiter_permits()
    {
        var gateway = await StartAsync(new() { Waiters = 1 }, InFlightMode.Reject);
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => gateway.PostAsync("k")));
        gate.Release();

        Assert.All(answers, answer => answer.AssertProblem(GatewayProblem.InProgress, "k"));
        Assert.Equal("executed", (await first).Source);
    }

    private Task<GatewayUnderTest> StartAsync(LimitsSnapshot limits, InFlightMode mode = InFlightMode.Wait) => StartAsync(setup =>
    {
        setup.Clock = _time;
        setup.Policy = setup.Policy with { InFlight = new() { Timeout = Wait, Mode = mode } };
        setup.Adjust = snapshot => snapshot with { Limits = limits };
    });
}
