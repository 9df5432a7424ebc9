using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>What the authority granted and the nodes do not guard is given back as what it was.</summary>
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

        // So does whoever takes a claim back whose reply was lost.
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
