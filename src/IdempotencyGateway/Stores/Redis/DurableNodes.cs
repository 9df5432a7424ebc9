using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>Runs scripts on the master that owns a key: connects to it, and follows redirections while slots move.</summary>
internal sealed class DurableNodes(RedisLink link) : IAsyncDisposable
{
    private const int MaximumTries = 5;

    private readonly ConcurrentDictionary<EndPoint, Lazy<Task<DurableNode>>> _nodes = new();

    /// <summary>Connects to the current masters in advance, so that no request has to wait for that.</summary>
    public Task OpenAllAsync() => Task.WhenAll(link.Masters.ToArray().Select(master => NodeAsync(master.EndPoint, master.ServerType == ServerType.Cluster)));

    /// <summary>Runs the script on the key's master. The reply says on which node and socket that was.</summary>
    public async Task<DurableReply> RunAsync(RecordScript script, RedisKey key, RedisValue[] arguments)
    {
        var slot = link.Connection.HashSlot(key);
        var (master, ofCluster) = MasterOf(slot);
        var redirected = false;
        for (var tries = 1; ; tries++)
        {
            var node = await NodeAsync(master, ofCluster);
            var socket = node.Sockets;
            try
            {
                // The node that imports a slot accepts a key only after ASKING. The library does not say whether the redirection was ASK or MOVED, but after MOVED it does no harm. A
                // command interleaved on this connection may consume the ASKING; then this one is redirected again and repeated.
                if (redirected)
                    _ = node.Database.ExecuteAsync("ASKING");
                return new(await EvaluateAsync(node.Database, script, key, arguments), node, socket);
            }
            catch (RedisServerException e) when (tries < MaximumTries && TryReadRedirection(e.Message, out var elsewhere))
            {
                master = elsewhere;
                redirected = true;
                link.RefreshTopology();
            }
            catch (RedisServerException e) when (tries < MaximumTries && RedisFailures.Has(e.Message, "NOSCRIPT"))
            {
                // The server does not have the script: load it there and start over by hash. EVAL with the text must not run on a node that does not have the key.
                await node.Database.ExecuteAsync("SCRIPT", "LOAD", script.Text);
            }
        }
    }

    /// <summary>The link has changed to a new master.</summary>
    public async Task CloseAllAsync()
    {
        foreach (var endpoint in _nodes.Keys)
        {
            if (_nodes.TryRemove(endpoint, out var node) && node is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
                await (await node.Value).DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await CloseAllAsync();

    private static Task<RedisResult> EvaluateAsync(IDatabase database, RecordScript script, RedisKey key, RedisValue[] arguments) =>
        database.ScriptEvaluateAsync(script.Sha1, [key], arguments, CommandFlags.NoRedirect);

    private (EndPoint Master, bool OfCluster) MasterOf(int slot)
    {
        IServer? master = null;
        foreach (var server in link.Masters)
        {
            if (server.ServerType == ServerType.Cluster)
                return (server.ClusterConfiguration?.GetBySlot(slot)?.EndPoint ?? server.EndPoint, true);
            master ??= server;
        }
        return master is not null ? (master.EndPoint, false) : throw new StoreUnavailableException(StoreFailure.Unreachable, $"Redis at {link.Where}: no master can be reached");
    }

    private async Task<DurableNode> NodeAsync(EndPoint master, bool ofCluster)
    {
        while (true)
        {
            var opening = _nodes.GetOrAdd(master, endpoint => new(() => DurableNode.OpenAsync(endpoint, link.Connecting, ofCluster)));
            try
            {
                var node = await opening.Value;
                if (!node.HasOtherNodes)
                    return node;
                if (_nodes.TryRemove(new(master, opening)))
                    await node.DisposeAsync();
            }
            catch
            {
                _nodes.TryRemove(new(master, opening));
                throw;
            }
        }
    }

    /// <summary>The server replies "MOVED 3999 127.0.0.1:6381" or "ASK …", which the library may turn into "Endpoint 127.0.0.1:6381 serving hashslot 3999 is not reachable …".</summary>
    private static bool TryReadRedirection(string reply, out EndPoint where)
    {
        where = null!;
        var words = reply.Split(' ');
        var address = words switch
        {
            ["MOVED" or "ASK", _, var told, ..] => told,
            ["Endpoint", var told, "serving", ..] => told,
            _ => "",
        };
        var colon = address.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        where = RedisConnecting.ToEndPoint(new(address[..colon], port));
        return true;
    }
}

/// <summary>A reply, with the connection that it came over.</summary>
/// <param name="Socket">The value of <see cref="DurableNode.Sockets"/> before the command was sent.</param>
internal readonly record struct DurableReply(RedisResult Result, DurableNode Node, long Socket)
{
    /// <summary>Whether the node still uses the socket on which the command was sent.</summary>
    public bool IsUnbroken => Node.Sockets == Socket && !Node.HasOtherNodes;
}
