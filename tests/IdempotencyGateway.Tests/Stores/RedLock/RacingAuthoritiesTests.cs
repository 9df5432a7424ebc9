using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.RedLock;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>The worst case: two gateways whose authorities know nothing of each other, so that nothing but the nodes stands between them.</summary>
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
        // Both may get in each other's way; it must not be the rule.
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
