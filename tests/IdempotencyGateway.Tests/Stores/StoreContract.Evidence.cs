using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Tests.Stores;

/// <summary>Evidence: what is known of an attempt in doubt, and what becomes of it when the next owner takes the record over.</summary>
public abstract partial class StoreContract<TStore>
{
    [Fact]
    public async Task Evidence_is_given_to_whoever_asks()
    {
        await DoubtAsync("status 200");

        Assert.Equal("status 200", Text(Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(Request(Bob))).Evidence));
        Assert.Equal("status 200", Text((await FindAsync())!.Response));
    }

    [Fact]
    public async Task Evidence_that_comes_after_the_doubt_is_kept_and_not_replaced()
    {
        var ticket = await WinSentAsync(Alice);
        await LapseAsync();
        await ClaimAsync(Request(Bob));
        await HoldAsync(ticket, "status 200");
        await HoldAsync(ticket, "something else");

        Assert.Equal("status 200", Text((await FindAsync())!.Response));
    }

    [Fact]
    public async Task Evidence_is_added_to_a_doubt_that_was_declared_without_any()
    {
        var alice = await DoubtAsync();

        Assert.Equal(TransitionResult.Applied, await HoldAsync(alice, "status 200"));

        await AssertKnownAsync("status 200", RecordState.Doubt, fence: 1);
    }

    [Fact]
    public async Task Who_takes_from_doubt_hears_what_is_known_and_the_record_keeps_it_whatever_happens_under_way()
    {
        await HoldAsync(await WinSentAsync(Alice, "primary"), "status 200");

        var won = Assert.IsType<ClaimResult.Won>(await ClaimAsync(Request(Bob, asSent: true, takeFromDoubt: true, destination: "primary")));
        Assert.Equal("status 200", Text(won.Evidence));
        await AssertKnownAsync("status 200", RecordState.Sent, fence: 2);

        // The evidence survives a repeated claim, MarkSent, a renewal and another owner's claim.
        var again = Assert.IsType<ClaimResult.Won>(await ClaimAsync(Request(Bob, asSent: true, takeFromDoubt: true, destination: "primary")));
        Assert.Equal("status 200", Text(again.Evidence));
        Assert.Equal(TransitionResult.Applied, await MarkSentAsync(won.Ticket, "secondary"));
        Assert.Equal(TransitionResult.Applied, await RenewAsync(won.Ticket));
        Assert.IsType<ClaimResult.InProgress>(await ClaimAsync(Request(Carol)));
        await AssertKnownAsync("status 200", RecordState.Sent, fence: 2);
        Assert.Equal("secondary", (await FindAsync())!.Destination);

        // Bob reports no outcome, and his lease lapses.
        await LapseAsync();
        var inDoubt = Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(Request(Carol)));
        Assert.Equal(("status 200", 2), (Text(inDoubt.Evidence), inDoubt.Fence));
        await AssertKnownAsync("status 200", RecordState.Doubt, fence: 2);
    }

    [Fact]
    public async Task Evidence_outlasts_any_number_of_owners_who_say_nothing()
    {
        await DoubtAsync("status 200");
        await WinAsync(Request(Bob, asSent: true, takeFromDoubt: true));
        await LapseAsync();

        var carol = Assert.IsType<ClaimResult.Won>(await ClaimAsync(Request(Carol, asSent: true, takeFromDoubt: true)));

        Assert.Equal("status 200", Text(carol.Evidence));
        Assert.Equal(TransitionResult.Applied, await HoldAsync(carol.Ticket));
        await AssertKnownAsync("status 200", RecordState.Doubt, fence: 3);
        Assert.Equal(TransitionResult.Lost, await ReleaseAsync(carol.Ticket));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_next_owners_own_word_takes_its_place_and_stays(bool isLate)
    {
        await DoubtAsync("status 200");
        var bob = await WinAsync(Request(Bob, asSent: true, takeFromDoubt: true));
        if (isLate)
        {
            await LapseAsync();
            Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(Request(Carol)));
        }

        Assert.Equal(TransitionResult.Applied, await HoldAsync(bob, "status 500"));
        Assert.Equal(TransitionResult.Applied, await HoldAsync(bob, "something else"));

        await AssertKnownAsync("status 500", RecordState.Doubt, fence: 2);
        Assert.Equal(TransitionResult.Lost, await ReleaseAsync(bob));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_takes_the_place_of_what_was_known_whole(bool somebodyWaits)
    {
        var alice = await WinSentAsync(Alice, "primary");
        await HoldAsync(alice, "status 200");
        var bob = await WinAsync(Request(Bob, asSent: true, takeFromDoubt: true));
        if (somebodyWaits)
            Assert.IsType<ClaimResult.InProgress>(await ClaimAsync(Request(Carol)));

        Assert.Equal(TransitionResult.Applied, await CompleteAsync(bob, "answer"));

        await AssertReplaysAsync("answer");
        await AssertKnownAsync("answer", RecordState.Done, fence: 2);
        Assert.Equal("primary", (await FindAsync())!.Destination);
    }

    [Fact]
    public async Task What_is_erased_after_it_was_taken_says_nothing_of_what_was_known()
    {
        await DoubtAsync("status 200");
        await WinAsync(Request(Bob, asSent: true, takeFromDoubt: true));

        Assert.Equal(TransitionResult.Applied, await EraseAsync());

        await AssertReplaysAsync("tombstone");
    }

    private async Task AssertKnownAsync(string content, RecordState state, long fence)
    {
        await AssertStateAsync(state, fence);
        Assert.Equal(content, Text((await FindAsync())!.Response));
    }
}
