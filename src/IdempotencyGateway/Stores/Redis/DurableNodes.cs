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
    private readonly ConcurrentDictionary<int, EndPoint> _moved = new();

    /// <summary>Runs the script where the key is, and says where that was and on which socket.</summary>
    public async Task<DurableReply> RunAsync(RecordScript script, RedisKey key, RedisValue[] arguments)
    {
        var slot = link.Connection.HashSlot(key);
        var master = MasterOf(slot);
        var asks = false;
        for (var asking = 1; ; asking++)
        {
            var node = await NodeAsync(master);
            var socket = node.Sockets;
            try
            {
                // An interleaved command may use up the ASKING; then this one is merely sent back, and asks again.
                if (asks)
                    _ = node.Database.ExecuteAsync("ASKING");
                return new(await EvaluateAsync(node.Database, script, key, arguments), node, socket);
            }
            catch (RedisServerException e) when (asking < MaximumAskings && TryReadDirection(e.Message, out var elsewhere, out asks))
            {
                master = elsewhere;
                if (!asks)
                    _moved[slot] = elsewhere;
            }
            catch (RedisServerException e) when (asking < MaximumAskings && RedisFailures.Has(e.Message, "NOSCRIPT"))
            {
                // Taught by a server that said so; asked again in full, because the text must not run where the key is not.
                await node.Database.ExecuteAsync("SCRIPT", "LOAD", script.Text);
            }
        }
    }

    /// <summary>What was known about masters may be over.</summary>
    public void Forget()
    {
        _moved.Clear();
        link.LookAgain();
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

    private EndPoint MasterOf(int slot)
    {
        if (_moved.TryGetValue(slot, out var moved))
            return moved;
        IServer? master = null;
        foreach (var server in link.Masters)
        {
            if (server.ServerType == ServerType.Cluster)
                return server.ClusterConfiguration?.GetBySlot(slot)?.EndPoint ?? server.EndPoint;
            master ??= server;
        }
        return master?.EndPoint ?? throw new StoreUnavailableException(StoreFailure.Unreachable, $"Redis at {link.Where}: no master can be reached");
    }

    private async Task<DurableNode> NodeAsync(EndPoint master)
    {
        var node = _nodes.GetOrAdd(master, static (endpoint, connecting) => new(() => DurableNode.OpenAsync(endpoint, connecting)), link.Connecting);
        try
        {
            return await node.Value;
        }
        catch
        {
            _nodes.TryRemove(new(master, node));
            throw;
        }
    }

    /// <summary>"MOVED 3999 127.0.0.1:6381": the slot has gone there. "ASK 3999 127.0.0.1:6381": it is going, and this key has gone.</summary>
    private static bool TryReadDirection(string reply, out EndPoint where, out bool asks)
    {
        where = null!;
        asks = reply.StartsWith("ASK ", StringComparison.Ordinal);
        if (!asks && !reply.StartsWith("MOVED ", StringComparison.Ordinal))
            return false;
        var words = reply.Split(' ');
        var colon = words.Length < 3 ? -1 : words[2].LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(words[2].AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        where = RedisConnecting.ToEndPoint(new(words[2][..colon], port));
        return true;
    }
}

/// <param name="Socket">As <see cref="DurableNode.Sockets"/> was before asking.</param>
internal readonly record struct DurableReply(RedisResult Result, DurableNode Node, long Socket);
