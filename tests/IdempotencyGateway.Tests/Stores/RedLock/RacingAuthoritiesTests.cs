using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.RedLock;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>The worst case: two gateways with separate authorities, so that only the quorum keeps both from being granted a key.</summary>
public sealed class RacingAuthoritiesTests() : RedLockTest(5)
{
    private const int Keys = 300;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task At_most_one_of_two_racing_owners_gets_the_permission(bool asSent)
    {
        var (one, other) = (await OpenAsync(), await OpenAsync());
        var granted = 0;
        for (var key = 0; key < Keys; key++)
        {
            var name = $"key {key}";
            var grants = await Task.WhenAll(
                Task.Run(() => IsGrantedAsync(one, Request("alice", asSent, name))), Task.Run(() => IsGrantedAsync(other, Request("bob", asSent, name))));
            var count = grants.Count(grant => grant);
            Assert.True(count <= 1, $"{name} was granted twice");
            granted += count;
        }
        // A split vote grants a key to neither; at least some keys must be granted.
        Assert.InRange(granted, 1, Keys);
    }

    private static async Task<bool> IsGrantedAsync(RedLockStore store, ClaimRequest request)
    {
        try
        {
            return await ClaimAsync(store, request) is ClaimResult.Won won
                && (request.AsSent || await store.MarkSentAsync(won.Ticket, null, default) == TransitionResult.Applied);
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
