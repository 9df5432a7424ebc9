using IdempotencyGateway.Stores.RedLock;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.RedLock;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>The store contract for the RedLock store, with the embedded store as the authority. The clocks of the authority and of the nodes move together.</summary>
public abstract class RedLockStoreContractTests(NodesFixture fixture) : StoreContract<RedLockStore>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private GatedNode[] _nodes = [];

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task<RedLockStore> OpenAsync()
    {
        await fixture.Nodes.WipeAsync();
        var authority = SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = _folder.File("gateway.db") }, _time);
        (var store, _nodes) = await fixture.Nodes.OpenGatedAsync(authority, _time);
        return store;
    }

    protected override async Task AdvanceAsync(TimeSpan duration)
    {
        // Wait until every node has executed all earlier requests, since nodes answer in order. An entry made after the clock moved would expire too late.
        foreach (var node in _nodes)
            await node.LookAsync(StoreSamples.Key("any")).OrGiveUp();
        _time.Advance(duration);
        await fixture.Nodes.AdvanceAsync(duration);
    }
}

public sealed class RedLockOverThreeNodesContractTests(ThreeNodes nodes) : RedLockStoreContractTests(nodes), IClassFixture<ThreeNodes>;

public sealed class RedLockOverFiveNodesContractTests(FiveNodes nodes) : RedLockStoreContractTests(nodes), IClassFixture<FiveNodes>;

/// <summary>Node processes that all tests of a class share; each test begins with empty ones.</summary>
public abstract class NodesFixture(int count) : IAsyncLifetime
{
    public RedisNodes Nodes { get; private set; } = null!;

    public async Task InitializeAsync() => Nodes = await RedisNodes.StartAsync(count);

    public async Task DisposeAsync() => await Nodes.DisposeAsync();
}

public sealed class ThreeNodes() : NodesFixture(3);

public sealed class FiveNodes() : NodesFixture(5);
