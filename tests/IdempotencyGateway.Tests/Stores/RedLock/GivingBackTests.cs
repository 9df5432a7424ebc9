using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>When the authority grants a claim but no quorum is reached, the record returns to its previous state.</summary>
public sealed class GivingBackTests() : RedLockTest(3)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_doubt_that_was_taken_is_a_doubt_again_though_its_owner_asks_like_one_that_takes_none(bool asSent)
    {
        var authority = new UnreliableStore(new ModelStore(Clock));
        var store = await OpenAsync(authority);
        await store.HoldAsync(await WinAsync(store, Request("alice")), default, default);
        authority.LoseReply(nameof(authority.ClaimAsync));
        await AssertUnavailableAsync(ClaimAsync(store, Request("bob", asSent, takeFromDoubt: true)));
        await KillAllNodesAsync();

        // Without takeFromDoubt, as a gateway claims again to withdraw a claim whose reply was lost.
        await AssertUnavailableAsync(ClaimAsync(store, Request("bob", asSent)));

        Assert.Equal(RecordState.Doubt, (await authority.FindAsync(Key(), default))?.State);
    }

    [Fact]
    public async Task What_an_earlier_owner_had_merely_claimed_is_free_again()
    {
        var authority = new ModelStore(Clock);
        var store = await OpenAsync(authority);
        await WinAsync(store, Request("alice", asSent: false));
        Clock.Advance(Request("alice").Lease);
        await KillAllNodesAsync();

        await AssertUnavailableAsync(ClaimAsync(store, Request("bob", asSent: false)));

        Assert.Null(await authority.FindAsync(Key(), default));
    }

    [Fact]
    public async Task What_was_taken_from_a_doubt_stays_at_the_nodes_though_it_could_not_be_marked_as_sent_again()
    {
        var (store, nodes) = await OpenGatedAsync(new ModelStore(Clock));
        await store.HoldAsync(await WinAsync(store, Request("alice")), default, default);
        var bob = await WinAsync(store, Request("bob", asSent: false, takeFromDoubt: true));
        await nodes[2].LookAsync(Key()).OrGiveUp();
        await Task.WhenAll(Nodes[0].KillAsync(), Nodes[1].KillAsync());

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.MarkSentAsync(bob, null, default).AsTask().OrGiveUp());

        await nodes[2].Released.OrGiveUp();
        var left = (long)(await Nodes[2].AskAsync("PTTL", $"idempotency-guard:{Key()}"))!;
        Assert.InRange(left, Retention.TotalMilliseconds / 2, Retention.TotalMilliseconds);
    }

    [Fact]
    public async Task A_first_claim_that_failed_leaves_nothing_at_the_nodes_though_its_route_forwards_again()
    {
        var (store, nodes) = await OpenGatedAsync(new ModelStore(Clock));
        await Task.WhenAll(Nodes[0].KillAsync(), Nodes[1].KillAsync());

        await AssertUnavailableAsync(ClaimAsync(store, Request("alice", takeFromDoubt: true)));

        await nodes[2].Released.OrGiveUp();
        Assert.Equal(0, await Nodes[2].CountAsync());
    }

    [Fact]
    public async Task What_a_failed_attempt_left_is_let_go_where_its_reply_was_lost_too()
    {
        var (store, nodes) = await OpenGatedAsync(new ModelStore(Clock));
        nodes[0].LosesReplies = nodes[1].LosesReplies = true;

        await AssertUnavailableAsync(ClaimAsync(store, Request("alice")));

        await Task.WhenAll(nodes.Select(node => node.Released)).OrGiveUp();
        for (var node = 0; node < Nodes.Count; node++)
            Assert.Equal(0, await Nodes[node].CountAsync());
    }

    [Fact]
    public async Task While_too_few_nodes_answer_nothing_is_released_and_nothing_resolved()
    {
        var authority = new ModelStore(Clock);
        var store = await OpenAsync(authority);
        var alice = await WinAsync(store, Request("alice"));
        await KillAllNodesAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReleaseAsync(alice, default).AsTask().OrGiveUp());
        Assert.Equal(RecordState.Sent, (await authority.FindAsync(Key(), default))?.State);
        await store.HoldAsync(alice, default, default);
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.ResolveAsync(Key(), DoubtResolution.NeverSent.Instance, Retention, default).AsTask().OrGiveUp());

        Assert.Equal(RecordState.Doubt, (await authority.FindAsync(Key(), default))?.State);
    }

    [Theory]
    [InlineData(StoreFailure.NotAsked)]
    [InlineData(StoreFailure.Refused)]
    [InlineData(StoreFailure.Full)]
    public async Task A_claim_that_could_not_be_given_back_may_have_run_whatever_kept_it_from_being_so(StoreFailure failure)
    {
        var authority = new UnreliableStore(new ModelStore(Clock));
        var store = await OpenAsync(authority);
        authority.Break(nameof(authority.ReleaseAsync), failure);
        await KillAllNodesAsync();

        await AssertUnavailableAsync(ClaimAsync(store, Request("alice")));

        Assert.Equal(RecordState.Sent, (await authority.FindAsync(Key(), default))?.State);
    }

    private async Task KillAllNodesAsync()
    {
        for (var node = 0; node < Nodes.Count; node++)
            await Nodes[node].KillAsync();
    }
}
