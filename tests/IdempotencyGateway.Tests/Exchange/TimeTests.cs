using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>Deadlines, leases and late answers.</summary>
public sealed class TimeTests : ExchangeTest
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider _time = new();
    [Theory]
    [InlineData("hang")]
    [InlineData("execute-then-hang")]
    public async Task A_provider_that_hangs_is_given_up_at_the_routes_deadline(string fault)
    {
        var gateway = await StartAsync(deadline: TimeSpan.FromMinutes(2));
        using var request = GatewayUnderTest.Post("k");
        request.Headers.Add("X-Simulate", fault);
        var first = gateway.AskAsync(request);
        await Executions.Delivered.WhenReachesAsync(1).OrGiveUp();

        _time.Advance(TimeSpan.FromMinutes(2));

        (await first).AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 504);
        (await gateway.PostAsync("k")).AssertProblem(GatewayProblem.OutcomeUnknown, "k");
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task The_lease_of_a_slow_call_is_kept_alive()
    {
        var gateway = await StartAsync(deadline: TimeSpan.FromHours(1));
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        for (var renewals = 1; renewals <= 12; renewals++)
        {
            _time.Advance(Lease / 3);
            await Store.Answered.Reached(1 + renewals);
        }
        var meanwhile = (await gateway.FindAsync("k"))!;
        gate.Release();

        Assert.Equal((RecordState.Sent, Lease), (meanwhile.State, meanwhile.RemainingLease));
        Assert.Equal("executed", (await first).Source);
        Assert.Equal(12, Store.CountOf(nameof(Store.RenewAsync)));
    }

    [Fact]
    public async Task A_renewal_that_the_store_missed_is_tried_again()
    {
        var gateway = await StartAsync(deadline: TimeSpan.FromHours(1));
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        Store.Break(nameof(Store.RenewAsync));
        _time.Advance(Lease / 3);
        await Store.Failed.Reached(1);
        Store.Mend();
        _time.Advance(Lease / 3);
        await Store.Answered.Reached(2);
        gate.Release();

        Assert.Equal("executed", (await first).Source);
        Assert.Equal(1, Store.CountOf(nameof(Store.RenewAsync)));
    }

    [Fact]
    public async Task An_answer_that_comes_after_others_called_it_doubtful_is_still_the_answer()
    {
        var gateway = await StartAsync(deadline: TimeSpan.FromHours(1));
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        Store.Break(nameof(Store.RenewAsync));
        _time.Advance(Lease + TimeSpan.FromSeconds(1));
        var elsewhere = await gateway.AskStoreElsewhereAsync("k", new OwnerId(7));
        var doubtful = (await gateway.FindAsync("k"))!.State;

        gate.Release();

        Assert.IsType<ClaimResult.InDoubt>(elsewhere);
        Assert.Equal(RecordState.Doubt, doubtful);
        Assert.Equal("executed", (await first).Source);
        Assert.Equal("replayed", (await gateway.PostAsync("k")).Source);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task What_is_not_final_frees_the_key_though_others_called_it_doubtful_before_it_came()
    {
        var gateway = await StartAsync(deadline: TimeSpan.FromHours(1));
        using var request = GatewayUnderTest.Post("k");
        request.Headers.Add(FaultSwitches.Header, "hold, status=429");
        var first = gateway.AskAsync(request);
        await Faults.WordGate.Held.WhenReachesAsync(1).OrGiveUp();
        Store.Break(nameof(Store.RenewAsync));
        _time.Advance(Lease + TimeSpan.FromSeconds(1));
        var elsewhere = await gateway.AskStoreElsewhereAsync("k", new OwnerId(7));

        Faults.WordGate.Release();

        Assert.IsType<ClaimResult.InDoubt>(elsewhere);
        Assert.Equal(429, (await first).Status);
        Assert.Null(await gateway.FindAsync("k"));
        Assert.Equal("executed", (await gateway.PostAsync("k")).Source);
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task A_key_that_the_store_could_not_free_until_others_called_it_doubtful_is_freed_when_it_is_back()
    {
        var gateway = await StartAsync(deadline: TimeSpan.FromHours(1));
        Store.Break(nameof(Store.ReleaseAsync));
        Faults.Next(new Fault.Status(429));
        await gateway.PostAsync("k");
        _time.Advance(Lease);
        var elsewhere = await gateway.AskStoreElsewhereAsync("k", new OwnerId(7));

        Store.Mend();
        await Eventually.TrueAsync("the key is free", async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return await gateway.FindAsync("k") is null;
        });

        Assert.IsType<ClaimResult.InDoubt>(elsewhere);
        Assert.Equal("executed", (await gateway.PostAsync("k")).Source);
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task An_answer_whose_record_was_erased_meanwhile_reaches_its_caller_and_nobody_else()
    {
        var gateway = await StartAsync(deadline: TimeSpan.FromHours(1));
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        var erased = RecordCodec.Encode(
            new RecordedAnswer.Tombstone(TombstoneReason.Erased, null, DateTimeOffset.UnixEpoch));
        await gateway.Store.EraseAsync(gateway.StorageKeyOf("k"), erased, CancellationToken.None);

        gate.Release();

        Assert.Equal((201, "unrecorded"), ((await first).Status, (await first).Source));
        (await gateway.PostAsync("k")).AssertProblem(GatewayProblem.Erased, "k");
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task After_its_retention_a_key_is_new()
    {
        var gateway = await StartAsync(deadline: TimeSpan.FromHours(1));

        var first = await gateway.PostAsync("k");
        _time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        var late = await gateway.PostAsync("k");
        _time.Advance(TimeSpan.FromSeconds(2));
        var tooLate = await gateway.PostAsync("k");

        Assert.Equal(("executed", "replayed", "executed"), (first.Source, late.Source, tooLate.Source));
        Assert.Equal(2, Executions.Total);
    }

    private Task<GatewayUnderTest> StartAsync(TimeSpan deadline) => StartAsync(setup =>
    {
        setup.Clock = _time;
        setup.Policy = setup.Policy with { Lease = Lease, Deadline = deadline };
        setup.WrapStore = inner => new UnreliableStore(inner);
    });
}
