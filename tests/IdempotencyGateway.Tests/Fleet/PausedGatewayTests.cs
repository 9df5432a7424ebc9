using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Fleet;
using IdempotencyGateway.Tests.Testing.Redis;
using SimulatedProvider.Faults;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Fleet;

/// <summary>A gateway is paused (SIGSTOP) at any point of an exchange until the others have seen its leases lapse.</summary>
public sealed class PausedGatewayTests(ITestOutputHelper output) : FleetTest(output)
{
    private const int Burst = 40;

    private RedisProcess _redis = null!;
    private GatewayFleet _fleet = null!;

    private static int Pauses => LongForm.Or(5, 50);

    private Replica Paused => _fleet[0];

    private Replica Other => _fleet[1];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _redis = await RedisProcess.StartAsync();
        _fleet = await GatewayFleet.StartAsync(2, Provider.Address, RedisStore(_redis.Port), ShortLease);
    }

    public override async Task DisposeAsync()
    {
        await _fleet.DisposeAsync();
        await _redis.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_gateway_paused_before_its_claim_finds_the_answer_of_another()
    {
        // Opens the client's connection now: the paused gateway could not accept a new one.
        await Paused.AskAsync("hello");
        await Paused.Process.PauseAsync();
        var late = Paused.AskAsync("k");

        var answer = await Other.AskAsync("k").OrGiveUp();
        await Paused.Process.ResumeAsync();

        Assert.Equal(FleetOutcome.Executed, answer.Outcome);
        Assert.Equal(new(FleetOutcome.Replayed, answer.Body), await late.OrGiveUp());
        Assert.Equal(1, Provider.Executions.CountFor("k"));
    }

    [Fact]
    public async Task If_a_gateway_is_paused_after_its_claim_the_others_are_in_doubt_until_its_late_answer_is_recorded()
    {
        var gate = new FaultGate();
        Provider.Faults.Next(new Fault.Hold(gate));
        var late = Paused.AskAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        await Paused.Process.PauseAsync();

        var meanwhile = await Other.AskAsync("k").OrGiveUp();
        gate.Release();
        await Provider.Executions.Executed.WhenReachesAsync(1).OrGiveUp();
        await Paused.Process.ResumeAsync();
        var answer = await late.OrGiveUp();

        Assert.Equal(FleetOutcome.InDoubt, meanwhile.Outcome);
        Assert.Equal(FleetOutcome.Executed, answer.Outcome);
        Assert.Equal(new(FleetOutcome.Replayed, answer.Body), await Other.AskAsync("k"));
        Assert.Equal(1, Provider.Executions.CountFor("k"));
    }

    [Fact]
    public async Task Anywhere_in_a_burst_of_requests_nothing_is_executed_twice()
    {
        var load = new FleetLoad(_fleet);
        for (var pause = 0; pause < Pauses; pause++)
        {
            string[] keys = [.. Enumerable.Range(0, Burst).Select(i => $"{pause}/{i}")];
            var moment = DeliveredAsync(Random.Next(1, Burst));
            var late = Task.WhenAll(keys.Select(key => load.AskUntilFinalAsync(key, at: 0)));
            await moment.OrGiveUp();
            await Paused.Process.PauseAsync();

            // Each request waits at most until the paused gateway's lease lapses.
            await Task.WhenAll(keys.Select(async key => load.Remember(key, await Other.AskAsync(key)))).OrGiveUp();
            await Paused.Process.ResumeAsync();
            await late.OrGiveUp();
        }

        await AssertHeldAsync(_fleet, load);
    }
}
