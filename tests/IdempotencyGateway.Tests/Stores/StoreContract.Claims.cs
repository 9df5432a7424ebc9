using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Tests.Stores;

public abstract partial class StoreContract<TStore>
{
    [Theory]
    [InlineData(false, RecordState.Claimed)]
    [InlineData(true, RecordState.Sent)]
    public async Task The_first_claim_wins_with_fence_one(bool asSent, RecordState state)
    {
        var won = Assert.IsType<ClaimResult.Won>(await ClaimAsync(Request(Alice, asSent, destination: "primary")));

        Assert.Equal(new ClaimTicket(Key, StoreSamples.Owner(Alice), Fence: 1), won.Ticket);
        Assert.Equal("primary", won.Destination);
        await AssertStateAsync(state);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_owner_asking_again_is_won_again_with_the_same_ticket(bool asSent)
    {
        var first = await ClaimAsync(Request(Alice, asSent, destination: "primary"));
        var again = await ClaimAsync(Request(Alice, asSent, destination: "primary"));

        Assert.Equal(first, again);
    }

    [Fact]
    public async Task The_same_owner_asking_again_after_its_lease_holds_a_fresh_lease()
    {
        await WinSentAsync(Alice);
        await LapseAsync();
        await WinSentAsync(Alice);

        Assert.IsType<ClaimResult.InProgress>(await ClaimAsync(Request(Bob, asSent: true)));
    }

    [Fact]
    public async Task The_same_owner_asking_for_sent_after_claimed_is_sent()
    {
        await WinClaimedAsync(Alice);
        await WinSentAsync(Alice);
        await LapseAsync();

        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(Request(Bob)));
    }

    [Fact]
    public async Task The_same_owner_asking_again_takes_nothing_back_of_what_it_said_it_sent()
    {
        await WinSentAsync(Alice, "primary");

        var again = Assert.IsType<ClaimResult.Won>(await ClaimAsync(Request(Alice, destination: "secondary")));

        Assert.Equal("primary", again.Destination);
        await AssertStateAsync(RecordState.Sent);
    }

    [Theory]
    [InlineData(RecordState.Claimed)]
    [InlineData(RecordState.Sent)]
    public async Task Another_owner_waits_for_the_rest_of_the_lease(RecordState state)
    {
        await InStateAsync(state);
        await AdvanceAsync(Lease / 3);

        var inProgress = Assert.IsType<ClaimResult.InProgress>(await ClaimAsync(Request(Bob)));

        AssertAbout(Lease - (Lease / 3), inProgress.RemainingLease);
    }

    [Theory]
    [InlineData(RecordState.Claimed)]
    [InlineData(RecordState.Sent)]
    [InlineData(RecordState.Done)]
    [InlineData(RecordState.Doubt)]
    public async Task Another_fingerprint_is_a_mismatch_before_anything_else(RecordState state)
    {
        await InStateAsync(state);
        await LapseAsync();

        Assert.IsType<ClaimResult.Mismatch>(await ClaimAsync(Request(Bob, fingerprint: "other", takeFromDoubt: true)));
        Assert.IsType<ClaimResult.Mismatch>(await ClaimAsync(Request(Alice, fingerprint: "other", takeFromDoubt: true)));
        await AssertStateAsync(state);
    }

    [Theory]
    [InlineData(false, RecordState.Claimed)]
    [InlineData(true, RecordState.Sent)]
    public async Task A_claimed_record_whose_lease_lapsed_goes_to_the_next_owner_with_the_next_fence(bool asSent, RecordState state)
    {
        var alice = await WinAsync(Request(Alice, destination: "primary"));
        await LapseAsync();

        var won = Assert.IsType<ClaimResult.Won>(await ClaimAsync(Request(Bob, asSent, destination: "secondary")));

        Assert.Equal(2, won.Ticket.Fence);
        Assert.Equal("secondary", won.Destination);
        await AssertStateAsync(state, fence: 2);
        Assert.Equal(TransitionResult.Lost, await MarkSentAsync(alice));
    }

    [Fact]
    public async Task A_sent_record_whose_lease_lapsed_is_in_doubt_and_stays_there()
    {
        await WinSentAsync(Alice, "primary");
        await LapseAsync();

        var inDoubt = Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(Request(Bob, asSent: true)));

        Assert.Equal("primary", inDoubt.Destination);
        Assert.True(inDoubt.Evidence.IsEmpty);
        await AssertStateAsync(RecordState.Doubt);
        await LapseAsync();
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(Request(Carol)));
        await AssertStateAsync(RecordState.Doubt);
    }

    [Fact]
    public async Task A_record_in_doubt_is_not_won_again_by_its_own_owner()
    {
        await DoubtAsync();

        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(Request(Alice, asSent: true)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Taking_from_doubt_wins_as_sent_with_the_next_fence_and_the_recorded_destination(bool asSent)
    {
        var alice = await WinSentAsync(Alice, "primary");
        await HoldAsync(alice, "status 200");

        var won = Assert.IsType<ClaimResult.Won>(
            await ClaimAsync(Request(Bob, asSent, takeFromDoubt: true, destination: "secondary")));

        Assert.Equal(2, won.Ticket.Fence);
        Assert.Equal("primary", won.Destination);
        await AssertStateAsync(RecordState.Sent, fence: 2);
        Assert.Equal(TransitionResult.Lost, await CompleteAsync(alice));
        Assert.IsType<ClaimResult.InProgress>(await ClaimAsync(Request(Carol, takeFromDoubt: true)));
    }

    [Fact]
    public async Task Taking_from_doubt_does_so_in_one_step_when_the_lease_of_a_sent_record_lapsed()
    {
        await WinSentAsync(Alice, "primary");
        await LapseAsync();

        var won = Assert.IsType<ClaimResult.Won>(await ClaimAsync(Request(Bob, asSent: true, takeFromDoubt: true)));

        Assert.Equal((2, "primary"), (won.Ticket.Fence, won.Destination));
    }

    [Fact]
    public async Task Taking_from_doubt_again_after_a_lost_reply_is_won_again()
    {
        await DoubtAsync();
        var first = await ClaimAsync(Request(Bob, asSent: true, takeFromDoubt: true));
        var again = await ClaimAsync(Request(Bob, asSent: true, takeFromDoubt: true));

        Assert.Equal(first, again);
    }

    [Fact]
    public async Task A_route_that_takes_from_doubt_does_not_take_what_is_in_progress_or_done()
    {
        var alice = await WinSentAsync(Alice);
        Assert.IsType<ClaimResult.InProgress>(await ClaimAsync(Request(Bob, takeFromDoubt: true)));
        await CompleteAsync(alice);
        Assert.IsType<ClaimResult.Completed>(await ClaimAsync(Request(Bob, takeFromDoubt: true)));
    }

    [Theory]
    [InlineData(RecordState.Claimed)]
    [InlineData(RecordState.Sent)]
    [InlineData(RecordState.Done)]
    [InlineData(RecordState.Doubt)]
    public async Task An_expired_record_counts_as_absent_at_once(RecordState state)
    {
        var alice = await InStateAsync(state);
        await ExpireAsync();

        Assert.Null(await FindAsync());
        Assert.Equal(TransitionResult.Missing, await CompleteAsync(alice));
        Assert.Equal(TransitionResult.Missing, await RenewAsync(alice));
        Assert.Equal(TransitionResult.Missing, await EraseAsync());
        Assert.Equal(1, (await WinAsync(Request(Bob, fingerprint: "other"))).Fence);
        Assert.Equal(TransitionResult.Lost, await CompleteAsync(alice));
    }

    [Fact]
    public async Task Of_many_racing_claims_one_wins()
    {
        const int Racers = 64;
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var racers = Enumerable.Range(0, Racers).Select(async racer =>
        {
            await start.Task;
            return await ClaimAsync(Request($"racer {racer}", asSent: true));
        }).ToArray();
        start.SetResult();

        var results = await Task.WhenAll(racers);

        Assert.Single(results.OfType<ClaimResult.Won>());
        Assert.Equal(Racers - 1, results.OfType<ClaimResult.InProgress>().Count());
    }

    [Fact]
    public async Task Of_many_that_race_to_take_from_doubt_one_wins()
    {
        await DoubtAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 64)
            .Select(racer => Task.Run(() => ClaimAsync(Request($"racer {racer}", asSent: true, takeFromDoubt: true)))));

        Assert.Equal(2, Assert.Single(results.OfType<ClaimResult.Won>()).Ticket.Fence);
    }

    [Fact]
    public async Task Keys_know_nothing_of_each_other()
    {
        await WinSentAsync(Alice);

        Assert.Equal(1, (await WinAsync(Request(Bob, fingerprint: "other", key: StoreSamples.Key("second")))).Fence);
    }
}
