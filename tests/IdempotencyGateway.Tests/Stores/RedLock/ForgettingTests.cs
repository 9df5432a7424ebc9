using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>The purpose of the quorum: the record store loses acknowledged records, and still nothing is sent again.</summary>
public sealed class ForgettingTests() : RedLockTest(5)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_record_lost_while_its_owner_is_sending_is_in_doubt_and_never_won()
    {
        await WinAsync(await OpenAsync(), Request("alice", destination: "primary"));

        var inDoubt = Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(await OpenAsync(), Request("bob", destination: "secondary")));

        Assert.Equal("primary", inDoubt.Destination);
    }

    [Fact]
    public async Task A_record_lost_after_its_answer_is_in_doubt_and_never_won()
    {
        var before = await OpenAsync();
        await before.CompleteAsync(await WinAsync(before, Request("alice")), "x"u8.ToArray(), Retention, default);
        var after = await OpenAsync();

        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(after, Request("bob")));
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(after, Request("carol")));
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(after, Request("alice", asSent: false)));
    }

    [Fact]
    public async Task A_record_lost_between_the_claim_and_marking_it_sent_is_missing_and_may_be_won_by_another()
    {
        var before = await OpenAsync();
        var alice = await WinAsync(before, Request("alice", asSent: false));
        var after = await OpenAsync();

        Assert.Equal(TransitionResult.Missing, await after.MarkSentAsync(alice, null, default));
        Assert.IsType<ClaimResult.InProgress>(await ClaimAsync(after, Request("bob")));
        await before.ReleaseAsync(alice, default);
        await WinAsync(after, Request("bob"));
    }

    [Fact]
    public async Task Of_two_owners_who_both_prepared_one_may_mark_it_sent()
    {
        var (one, other) = (await OpenAsync(), await OpenAsync());
        var alice = await WinAsync(one, Request("alice", asSent: false));
        await Nodes.WipeAsync();
        var bob = await WinAsync(other, Request("bob", asSent: false));
        await Nodes.WipeAsync();

        Assert.Equal(TransitionResult.Applied, await one.MarkSentAsync(alice, null, default));
        Assert.Equal(TransitionResult.Lost, await other.MarkSentAsync(bob, null, default));
        Assert.Equal(TransitionResult.Lost, await other.ReleaseAsync(bob, default));
        Assert.Equal(RecordState.Doubt, (await other.FindAsync(Key(), default))!.State);
    }

    [Fact]
    public async Task The_doubt_is_in_the_authority_again_so_that_operators_see_it()
    {
        await WinAsync(await OpenAsync(), Request("alice"));
        var authority = new ModelStore(Clock);
        var after = await OpenAsync(authority);
        await ClaimAsync(after, Request("bob"));

        Assert.Equal(RecordState.Doubt, (await authority.FindAsync(Key(), default))!.State);
        Assert.Equal(
            TransitionResult.Applied,
            await after.ResolveAsync(Key(), new DoubtResolution.Executed("found out"u8.ToArray()), Retention, default));
        Assert.IsType<ClaimResult.Completed>(await ClaimAsync(after, Request("bob")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Resolved_as_never_sent_the_key_is_free_at_the_nodes_too(bool authorityHasIt)
    {
        await HeardByAllAsync(store => WinAsync(store, Request("alice")));
        var after = await OpenAsync();
        if (authorityHasIt)
            await ClaimAsync(after, Request("bob"));

        Assert.Equal(TransitionResult.Applied, await after.ResolveAsync(Key(), DoubtResolution.NeverSent.Instance, Retention, default));
        await WinAsync(after, Request("carol"));
    }

    [Fact]
    public async Task Resolving_leaves_alone_whoever_is_only_preparing()
    {
        await HeardByAllAsync(store => WinAsync(store, Request("alice", asSent: false)));

        Assert.Equal(
            TransitionResult.Missing,
            await (await OpenAsync()).ResolveAsync(Key(), DoubtResolution.NeverSent.Instance, Retention, default));
        Assert.Equal(1, await Nodes[0].CountAsync());
    }

    [Fact]
    public async Task A_released_key_is_free_for_a_store_that_never_knew_it()
    {
        await HeardByAllAsync(async store => await store.ReleaseAsync(await WinAsync(store, Request("alice")), default));

        await WinAsync(await OpenAsync(), Request("bob"));
    }

    [Fact]
    public async Task Any_minority_of_nodes_may_forget_together_with_the_authority()
    {
        var number = 0;
        foreach (var forgetful in Choose(Nodes.Minority, Nodes.Count))
        {
            var key = $"key {number++}";
            await HeardByAllAsync(store => WinAsync(store, Request("alice", key: key)));
            foreach (var node in forgetful)
                await Nodes[node].WipeAsync();

            Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(await OpenAsync(), Request("bob", key: key)));
            await Nodes.WipeAsync();
        }
    }

    [Fact]
    public async Task All_nodes_may_forget_while_the_authority_remembers()
    {
        var store = await OpenAsync();
        var alice = await WinAsync(store, Request("alice"));
        await Nodes.WipeAsync();

        Assert.IsType<ClaimResult.InProgress>(await ClaimAsync(store, Request("bob")));
        Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(alice, "x"u8.ToArray(), Retention, default));
        Assert.IsType<ClaimResult.Completed>(await ClaimAsync(store, Request("bob")));
    }

    [Fact]
    public async Task The_nodes_forget_when_the_retention_is_over_and_not_before()
    {
        await HeardByAllAsync(store => WinAsync(store, Request("alice")));
        await Nodes.AdvanceAsync(Retention - Minute);
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(await OpenAsync(), Request("bob")));
        await Nodes.AdvanceAsync(Minute);

        await WinAsync(await OpenAsync(), Request("bob"));
    }

    [Fact]
    public async Task What_was_taken_from_a_doubt_is_remembered_for_a_retention_of_its_own()
    {
        var store = await HeardByAllAsync(async store => await store.HoldAsync(await WinAsync(store, Request("alice")), default, default));
        await Nodes.AdvanceAsync(Retention / 2);
        await WinAsync(store, Request("bob", takeFromDoubt: true));
        await Nodes.AdvanceAsync(Retention * 0.75);

        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(await OpenAsync(), Request("carol")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_authority_remembers_as_merely_claimed_is_not_taken_over_when_the_nodes_know_that_it_was_sent(bool asSent)
    {
        await HeardByAllAsync(store => WinAsync(store, Request("alice", destination: "primary")));
        var backup = new ModelStore(Clock);
        await backup.ClaimAsync(Request("alice", asSent: false), default);
        Clock.Advance(Request("alice").Lease);

        var inDoubt = await ClaimAsync(await OpenAsync(backup), Request("bob", asSent));

        Assert.Equal("primary", Assert.IsType<ClaimResult.InDoubt>(inDoubt).Destination);
        Assert.Equal(RecordState.Doubt, (await backup.FindAsync(Key(), default))!.State);
    }

    [Fact]
    public async Task Whoever_took_it_from_doubt_gives_way_to_a_higher_fence_only()
    {
        var before = await OpenAsync();
        await before.HoldAsync(await WinAsync(before, Request("alice")), default, default);
        Assert.Equal(2, (await WinAsync(before, Request("bob", takeFromDoubt: true))).Fence);
        var after = await OpenAsync();

        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(after, Request("carol", takeFromDoubt: true)));
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(after, Request("dave", takeFromDoubt: true)));
        Assert.Equal(3, (await WinAsync(after, Request("erin", takeFromDoubt: true))).Fence);
    }

    [Fact]
    public async Task What_is_under_way_cannot_be_resolved_and_the_nodes_go_on_remembering_it()
    {
        var store = await HeardByAllAsync(store => WinAsync(store, Request("alice")));

        Assert.Equal(TransitionResult.Lost, await store.ResolveAsync(Key(), DoubtResolution.NeverSent.Instance, Retention, default));

        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(await OpenAsync(), Request("bob")));
    }

    [Fact]
    public async Task A_reservation_whose_owner_vanished_is_gone_within_the_claims_time()
    {
        await HeardByAllAsync(store => WinAsync(store, Request("alice", asSent: false)));
        var after = await OpenAsync();
        Assert.IsType<ClaimResult.InProgress>(await ClaimAsync(after, Request("bob")));
        await Nodes.AdvanceAsync(TimeSpan.FromMinutes(1));

        await WinAsync(after, Request("bob"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_route_that_forwards_again_does_so_to_the_destination_that_the_nodes_remember_and_nowhere_else(bool asSent)
    {
        await WinAsync(await OpenAsync(), Request("alice", destination: "primary"));
        var after = await OpenAsync();

        var inDoubt = await ClaimAsync(after, Request("bob", asSent, destination: "secondary", takeFromDoubt: true));
        var taken = await WinAsync(after, Request("carol", destination: "secondary", takeFromDoubt: true));

        Assert.Equal("primary", Assert.IsType<ClaimResult.InDoubt>(inDoubt).Destination);
        Assert.Equal(2, taken.Fence);
        Assert.Equal("primary", (await after.FindAsync(Key(), default))!.Destination);
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(await OpenAsync(), Request("dave", destination: "primary")));
    }

    [Fact]
    public async Task Marking_as_sent_is_lost_when_the_nodes_remember_another_owner_and_leaves_a_doubt_at_its_destination()
    {
        var one = await OpenAsync();
        var other = await OpenAsync();
        var bob = await WinAsync(other, Request("bob", asSent: false, destination: "secondary"));
        await Nodes.WipeAsync();
        await WinAsync(one, Request("alice", destination: "primary"));

        Assert.Equal(TransitionResult.Lost, await other.MarkSentAsync(bob, "secondary", default));

        var left = (await other.FindAsync(Key(), default))!;
        Assert.Equal((RecordState.Doubt, "primary"), (left.State, left.Destination));
    }

    [Fact]
    public async Task What_the_authority_remembers_is_not_undone_by_nodes_that_missed_where_it_went_last()
    {
        var authority = new ModelStore(Clock);
        var (before, gated) = await OpenGatedAsync(authority);
        var alice = await WinAsync(before, Request("alice", destination: "primary"));
        await Task.WhenAll(gated.Select(node => node.LookAsync(Key()).OrGiveUp()));
        await Task.WhenAll(Nodes[0].KillAsync(), Nodes[1].KillAsync());
        Assert.Equal(TransitionResult.Applied, await before.MarkSentAsync(alice, "secondary", default));
        Assert.Equal(TransitionResult.Applied, await before.HoldAsync(alice, default, default));
        await Task.WhenAll(Nodes[0].RestartAsync(), Nodes[1].RestartAsync(), Nodes[3].KillAsync(), Nodes[4].KillAsync());

        var inDoubt = await ClaimAsync(await OpenAsync(authority), Request("bob", destination: "secondary", takeFromDoubt: true));

        Assert.IsType<ClaimResult.InDoubt>(inDoubt);
        Assert.Equal("secondary", (await authority.FindAsync(Key(), default))!.Destination);
    }
}
