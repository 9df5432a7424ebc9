using System.Net;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// One master, on a connection of its own for permissions to send: WAIT counts what its own connection wrote, and blocks what comes behind it, which must not be
/// completions and renewals.
/// </summary>
internal sealed class DurableNode : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _connection;
    private readonly ReplicaAcknowledgements _acknowledgements;

    private DurableNode(ConnectionMultiplexer connection, int replicas, TimeSpan timeout)
    {
        _connection = connection;
        Database = connection.GetDatabase();
        _acknowledgements = new(async () => (long)await Database.ExecuteAsync("WAIT", replicas, (long)timeout.TotalMilliseconds));
    }

    public IDatabase Database { get; }

    /// <summary>
    /// How many sockets this connection has used. A claim and its WAIT count only when it did not change between them: on a new socket nothing was written yet, so WAIT
    /// would be content at once, though the server behind it may have lost the claim.
    /// </summary>
    public long Sockets => _connection.GetCounters().Interactive.SocketCount;

    /// <summary>A redirection made the library connect to other nodes too: nobody can tell any more which of them a WAIT would ask.</summary>
    public bool IsSpoiled => _connection.GetEndPoints().Length != 1;

    /// <param name="ofCluster">One of several: the library must not look for the others.</param>
    public static async Task<DurableNode> OpenAsync(EndPoint master, RedisConnecting connecting, bool ofCluster)
    {
        var connection = await connecting.ConnectAsync([connecting.DoorTo(master)], alone: ofCluster);
        return new(connection, connecting.Options.DurableReplicas, connecting.Options.DurableTimeout);
    }

    /// <returns>How many replicas have what was written here before this call.</returns>
    public Task<long> AcknowledgeAsync() => _acknowledgements.JoinAsync();

    public async ValueTask DisposeAsync() => await _connection.CloseAsync(allowCommandsToComplete: false);
}
