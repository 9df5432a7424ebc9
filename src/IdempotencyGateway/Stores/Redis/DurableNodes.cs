using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>Finds the master of a key, connects to it, and follows keys that move. Everything is looked up anew after a failure.</summary>
internal sealed class DurableNodes(RedisLink link) : IAsyncDisposable
{
    private const int MaximumAskings = 5;

    private readonly ConcurrentDictionary<EndPoint, Lazy<Task<DurableNode>>> _nodes = new();

    /// <summary>Connects to the masters of now, so that no client waits for it.</summary>
    public Task OpenAllAsync() => Task.WhenAll(link.Masters.ToArray().Select(master => NodeAsync(master.EndPoint, master.ServerType == ServerType.Cluster)));

    /// <summary>Runs the script where the key is, and says where that was and on which socket.</summary>
    public async Task<DurableReply> RunAsync(RecordScript script, RedisKey key, RedisValue[] arguments)
    {
        var slot = link.Connection.HashSlot(key);
        var (master, ofCluster) = MasterOf(slot);
        var redirected = false;
        for (var asking = 1; ; asking++)
        {
            var node = await NodeAsync(master, ofCluster);
            var socket = node.Sockets;
            try
            {
                // A slot on the move takes a new key only after this word. One that has arrived does not mind it, and the library does not say which it is. An
                // interleaved command may use the word up; then this one is sent back, and comes again.
                if (redirected)
                    _ = node.Database.ExecuteAsync("ASKING");
                return new(await EvaluateAsync(node.Database, script, key, arguments), node, socket);
            }
            catch (RedisServerException e) when (asking < MaximumAskings && TryReadDirection(e.Message, out var elsewhere))
            {
                master = elsewhere;
                redirected = true;
                link.LookAgain();
            }
            catch (RedisServerException e) when (asking < MaximumAskings && RedisFailures.Has(e.Message, "NOSCRIPT"))
            {
                // Taught by a server that said so; asked again in full, because the text must not run where the key is not.
                await node.Database.ExecuteAsync("SCRIPT", "LOAD", script.Text);
            }
        }
    }

    /// <summary>The link points elsewhere, at a new master.</summary>
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
                if (!node.IsSpoiled)
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

    /// <summary>The server said "MOVED 3999 127.0.0.1:6381" or "ASK …"; the library makes of it "Endpoint 127.0.0.1:6381 serving hashslot 3999 is not reachable …".</summary>
    private static bool TryReadDirection(string reply, out EndPoint where)
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

/// <param name="Socket">As <see cref="DurableNode.Sockets"/> was before asking.</param>
internal readonly record struct DurableReply(RedisResult Result, DurableNode Node, long Socket)
{
    /// <summary>Whether the node's connection is still the one that wrote it.</summary>
    public bool IsUnbroken => Node.Sockets == Socket && !Node.IsSpoiled;
}
