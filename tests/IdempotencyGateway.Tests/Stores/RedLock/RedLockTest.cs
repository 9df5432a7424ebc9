using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.RedLock;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.RedLock;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>
/// Base class for tests with nodes that a test may break and authorities that lose records. The clock stands still unless a test moves it, so an
/// operation that completes has not waited for a timeout.
/// </summary>
public abstract class RedLockTest(int nodes) : IAsyncLifetime
{
    protected static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(200);
    protected static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    private readonly List<RedLockStore> _stores = [];

    protected RedisNodes Nodes { get; private set; } = null!;

    protected ManualTimeProvider Clock { get; } = new();

    public async Task InitializeAsync() => Nodes = await RedisNodes.StartAsync(nodes);

    public async Task DisposeAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
        await Nodes.DisposeAsync();
    }

    /// <summary>Opens a store over an empty authority, as after the loss of all records.</summary>
    protected Task<RedLockStore> OpenAsync() => OpenAsync(new ModelStore(Clock));

    protected async Task<RedLockStore> OpenAsync(IIdempotencyStore authority, TimeProvider? clock = null)
    {
        var store = await Nodes.OpenAsync(authority, clock ?? Clock, Timeout);
        _stores.Add(store);
        return store;
    }

    private protected async Task<(RedLockStore Store, GatedNode[] Nodes)> OpenGatedAsync(
        IIdempotencyStore authority, TimeProvider? clock = null)
    {
        var opened = await Nodes.OpenGatedAsync(authority, clock ?? Clock, Timeout);
        _stores.Add(opened.Store);
        return opened;
    }

    /// <summary>Runs an action on a new store, then waits until every node has executed its requests, not only the deciding majority.</summary>
    private protected async Task<RedLockStore> HeardByAllAsync(Func<RedLockStore, Task> act)
    {
        var (store, nodes) = await OpenGatedAsync(new ModelStore(Clock));
        await act(store);
        // Nodes answer in order, so each look-up's answer comes after all earlier requests.
        foreach (var node in nodes)
            await node.LookAsync(Key()).OrGiveUp();
        return store;
    }

    protected static ClaimRequest Request(string owner, bool asSent = true, string key = "first", string? destination = null, bool takeFromDoubt = false) => new()
    {
        Key = Key(key),
        Fingerprint = StoreSamples.Fingerprint("body"),
        Owner = StoreSamples.Owner(owner),
        Lease = TimeSpan.FromSeconds(30),
        Retention = Retention,
        AsSent = asSent,
        Destination = destination,
        TakeFromDoubt = takeFromDoubt,
    };

    protected static StorageKey Key(string name = "first") => StoreSamples.Key(name);

    protected static Task<ClaimResult> ClaimAsync(RedLockStore store, ClaimRequest request) => store.ClaimAsync(request, default).AsTask().OrGiveUp();

    protected static async Task<ClaimTicket> WinAsync(RedLockStore store, ClaimRequest request) =>
        Assert.IsType<ClaimResult.Won>(await ClaimAsync(store, request)).Ticket;

    /// <summary>Claims, and retries until the nodes are reachable.</summary>
    protected static Task<ClaimResult> ClaimOnceReachableAsync(RedLockStore store, ClaimRequest request) => Eventually.BecomesAsync(
        async () =>
        {
            try
            {
                return await ClaimAsync(store, request);
            }
            catch (StoreUnavailableException)
            {
                return null;
            }
        },
        result => result is not null)!;

    protected static async Task<StoreUnavailableException> AssertUnavailableAsync(Task<ClaimResult> claiming)
    {
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => claiming);
        Assert.Equal(StoreFailure.Unreachable, refusal.Failure);
        return refusal;
    }

    /// <summary>All combinations of <paramref name="size"/> out of <paramref name="of"/> node numbers.</summary>
    protected static IEnumerable<int[]> Choose(int size, int of) => size == 0
        ? [[]]
        : Choose(size - 1, of).SelectMany(chosen => Enumerable.Range(0, of).Where(next => chosen.All(earlier => earlier < next)).Select(next => (int[])[.. chosen, next]));
}
