using System.Net;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// A connection to one master, used only for permissions to send and other changes that wait for replicas. WAIT covers the writes of its own connection and blocks the commands
/// behind it, so completions and renewals must not share that connection.
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
    /// How many sockets this connection has used. A claim and its WAIT are valid only if the number did not change in between: on a new socket nothing has been written, so WAIT
    /// would succeed at once, although the server may have lost the claim.
    /// </summary>
    public long Sockets => _connection.GetCounters().Interactive.SocketCount;

    /// <summary>A redirection made the library connect to further nodes, so it is unknown which of them would get the WAIT.</summary>
    public bool HasOtherNodes => _connection.GetEndPoints().Length != 1;

    /// <param name="ofCluster">The node is part of a Cluster, and the library must not discover the others.</param>
    public static async Task<DurableNode> OpenAsync(EndPoint master, RedisConnecting connecting, bool ofCluster)
    {
        var connection = await connecting.ConnectAsync([connecting.ViaRelay(master)], alone: ofCluster);
        return new(connection, connecting.Options.DurableReplicas, connecting.Options.DurableTimeout);
    }

    /// <returns>How many replicas have everything written on this connection before the call.</returns>
    public Task<long> AcknowledgeAsync() => _acknowledgements.JoinAsync();

    public async ValueTask DisposeAsync() => await _connection.CloseAsync(allowCommandsToComplete: false);
}
