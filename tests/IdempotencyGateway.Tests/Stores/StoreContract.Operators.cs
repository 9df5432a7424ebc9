using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Tests.Stores;

public abstract partial class StoreContract<TStore>
{
    [Fact]
    public async Task Nothing_is_found_where_nobody_asked() => Assert.Null(await FindAsync());

    [Theory]
    [InlineData(RecordState.Claimed)]
    [InlineData(RecordState.Sent)]
    [InlineData(RecordState.Done)]
    [InlineData(RecordState.Doubt)]
    public async Task A_record_is_found_as_it_stands(RecordState state)
    {
        await InStateAsync(state);

        var record = (await FindAsync())!;

        Assert.Equal((state, 1), (record.State, record.Fence));
        Assert.InRange(record.ExpiresAt - record.CreatedAt, Retention - ClockTolerance, Retention + ClockTolerance);
        AssertAbout(state is RecordState.Claimed or RecordState.Sent ? Lease : TimeSpan.Zero, record.RemainingLease);
        Assert.Equal(state == RecordState.Done ? "response" : "", Text(record.Response));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Completing_a_record_keeps_its_time_of_creation(bool overruled, bool wasInDoubt)
    {
        var alice = await WinSentAsync(Alice);
        var created = (await FindAsync())!.CreatedAt;
        if (wasInDoubt)
            await HoldAsync(alice);
        await LapseAsync();

        await (overruled ? ResolveExecutedAsync() : CompleteAsync(alice));

        Assert.InRange((await FindAsync())!.CreatedAt, created - ClockTolerance, created + ClockTolerance);
    }

    [Fact]
    public async Task Finding_changes_nothing()
    {
        var ticket = await WinSentAsync(Alice);
        await LapseAsync();

        Assert.Equal(TimeSpan.Zero, (await FindAsync())!.RemainingLease);
        await AssertStateAsync(RecordState.Sent);
        Assert.Equal(TransitionResult.Applied, await RenewAsync(ticket));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_doubt_resolved_as_executed_is_replayed(bool stillSent)
    {
        var alice = await DoubtOrLapsedAsync(stillSent);

        Assert.Equal(TransitionResult.Applied, await ResolveExecutedAsync("found out"));
        await AssertReplaysAsync("found out");
        Assert.Equal(TransitionResult.Lost, await CompleteAsync(alice, "late"));
        Assert.Equal(TransitionResult.Lost, await ReleaseAsync(alice));
        await AssertReplaysAsync("found out");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_doubt_resolved_as_never_sent_frees_the_key(bool stillSent)
    {
        var alice = await DoubtOrLapsedAsync(stillSent);

        Assert.Equal(TransitionResult.Applied, await ResolveNeverSentAsync());
        await AssertStateAsync(null);
        Assert.Equal(TransitionResult.Missing, await CompleteAsync(alice, "late"));
        Assert.Equal(1, (await WinSentAsync(Bob)).Fence);
        Assert.Equal(TransitionResult.Lost, await CompleteAsync(alice, "late"));
        Assert.Equal(TransitionResult.Lost, await ReleaseAsync(alice));
    }

    [Fact]
    public async Task Resolving_as_executed_starts_the_retention_anew()
    {
        await DoubtAsync();
        await AdvanceAsync(Retention / 2);
        await ResolveExecutedAsync();
        await AdvanceAsync(Retention / 2);

        await AssertStateAsync(RecordState.Done);
    }

    [Theory]
    [InlineData(RecordState.Claimed)]
    [InlineData(RecordState.Sent)]
    [InlineData(RecordState.Done)]
    public async Task Only_a_doubt_can_be_resolved(RecordState state)
    {
        await InStateAsync(state);

        Assert.Equal(TransitionResult.Lost, await ResolveExecutedAsync());
        Assert.Equal(TransitionResult.Lost, await ResolveNeverSentAsync());
        await AssertStateAsync(state);
    }

    [Fact]
    public async Task A_claimed_record_is_no_doubt_even_when_its_lease_lapsed()
    {
        await WinClaimedAsync(Alice);
        await LapseAsync();

        Assert.Equal(TransitionResult.Lost, await ResolveExecutedAsync());
        await AssertStateAsync(RecordState.Claimed);
    }

    [Fact]
    public async Task Resolving_or_erasing_nothing_is_missing_and_creates_nothing()
    {
        Assert.Equal(TransitionResult.Missing, await ResolveExecutedAsync());
        Assert.Equal(TransitionResult.Missing, await ResolveNeverSentAsync());
        Assert.Equal(TransitionResult.Missing, await EraseAsync());
        await AssertStateAsync(null);
    }

    [Theory]
    [InlineData(RecordState.Claimed)]
    [InlineData(RecordState.Sent)]
    [InlineData(RecordState.Done)]
    [InlineData(RecordState.Doubt)]
    public async Task An_erased_record_leaves_its_tombstone_until_the_same_expiry(RecordState state)
    {
        await InStateAsync(state);
        var expiry = (await FindAsync())!.ExpiresAt;
        await AdvanceAsync(Retention / 2);

        Assert.Equal(TransitionResult.Applied, await EraseAsync());
        Assert.Equal(TransitionResult.Applied, await EraseAsync());

        await AssertReplaysAsync("tombstone");
        Assert.Equal(expiry, (await FindAsync())!.ExpiresAt);
        Assert.IsType<ClaimResult.Mismatch>(await ClaimAsync(Request(Bob, fingerprint: "other")));
        await AdvanceAsync(Retention / 2);
        await AssertStateAsync(null);
    }

    [Theory]
    [InlineData(RecordState.Claimed)]
    [InlineData(RecordState.Sent)]
    [InlineData(RecordState.Done)]
    [InlineData(RecordState.Doubt)]
    public async Task The_owner_of_an_erased_record_finds_its_ticket_lost(RecordState state)
    {
        var alice = await InStateAsync(state);
        await EraseAsync();

        foreach (var write in new[] { "mark sent", "renew", "complete", "hold", "release" })
            Assert.Equal(TransitionResult.Lost, await WriteAsync(write, alice));
        Assert.IsType<ClaimResult.Completed>(await ClaimAsync(Request(Alice, asSent: true, takeFromDoubt: true)));
        await AssertReplaysAsync("tombstone");
    }

    private async Task<ClaimTicket> DoubtOrLapsedAsync(bool stillSent)
    {
        if (!stillSent)
            return await DoubtAsync();
        var ticket = await WinSentAsync(Alice);
        await LapseAsync();
        return ticket;
    }
}
