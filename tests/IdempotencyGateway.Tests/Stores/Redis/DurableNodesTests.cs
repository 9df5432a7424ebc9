using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using StackExchange.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>The connections on which claims wait for replicas.</summary>
public sealed class DurableNodesTests(OneServer server) : IClassFixture<OneServer>, IAsyncLifetime
{
    private RedisLink _link = null!;

    public async Task InitializeAsync() =>
        _link = await RedisLink.OpenAsync(new RedisConnecting(RedisSamples.OptionsFor(server.Redis), TimeProvider.System), TimeProvider.System);

    public async Task DisposeAsync() => await _link.DisposeAsync();

    /// <summary>WAIT concerns only the writes of its own connection, so on a new connection it would return at once and prove nothing.</summary>
    [Fact]
    public async Task A_reply_is_unbroken_as_long_as_the_connection_that_brought_it()
    {
        await using var nodes = new DurableNodes(_link);
        var reply = await FindAsync(nodes);
        Assert.True(reply.IsUnbroken);

        await server.Redis.AskAsync("CLIENT", "KILL", "TYPE", "normal");

        var next = await Eventually.BecomesAsync(() => TryFindAsync(nodes), found => found is not null);
        Assert.Same(reply.Node, next!.Value.Node);
        Assert.Equal((false, true), (reply.IsUnbroken, next.Value.IsUnbroken));
    }

    [Fact]
    public async Task A_closed_connection_is_opened_anew()
    {
        await using var nodes = new DurableNodes(_link);
        var closed = (await FindAsync(nodes)).Node;

        await nodes.CloseAllAsync();

        Assert.NotSame(closed, (await FindAsync(nodes)).Node);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.Database.PingAsync());
    }

    private static Task<DurableReply> FindAsync(DurableNodes nodes) => nodes.RunAsync(RecordScript.Find, RedisSamples.NameOf("k"), []);

    /// <returns>Null while there is no connection.</returns>
    private static async Task<DurableReply?> TryFindAsync(DurableNodes nodes)
    {
        try
        {
            return await FindAsync(nodes);
        }
        catch (Exception e) when (e is RedisException or StoreUnavailableException)
        {
            return null;
        }
    }
}
