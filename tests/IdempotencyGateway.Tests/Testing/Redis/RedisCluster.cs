using System.Globalization;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>A Redis Cluster of three masters that share the slots, optionally with one replica per master.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    public const int Slots = 16_384;
    private const int Nodes = 3;

    private RedisCluster(RedisProcess[] masters, RedisProcess[] replicas, string[] ids)
    {
        Masters = masters;
        Replicas = replicas;
        Ids = ids;
    }

    public IReadOnlyList<RedisProcess> Masters { get; }

    /// <summary>In the order of their masters.</summary>
    public IReadOnlyList<RedisProcess> Replicas { get; }

    private string[] Ids { get; }

    public static async Task<RedisCluster> StartAsync(bool withReplicas = false)
    {
        var masters = await StartNodesAsync(Nodes);
        var cluster = new RedisCluster(masters, await StartNodesAsync(withReplicas ? Nodes : 0), new string[Nodes]);
        try
        {
            await cluster.FormAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public static async Task<int> SlotOfAsync(RedisProcess any, string key) => (int)(long)(await any.AskAsync("CLUSTER", "KEYSLOT", key))!;

    public static int OwnerOf(int slot) => Enumerable.Range(0, Nodes).First(i => slot < FirstSlot(i + 1));

    /// <summary>Begins the migration of a slot: the old owner serves the keys that it still has and answers ASK for others.</summary>
    public async Task BeginMoveAsync(int slot, int from, int to)
    {
        await Masters[to].AskAsync("CLUSTER", "SETSLOT", Text(slot), "IMPORTING", Ids[from]);
        await Masters[from].AskAsync("CLUSTER", "SETSLOT", Text(slot), "MIGRATING", Ids[to]);
    }

    /// <summary>Ends the migration: moves the keys, then announces the new owner to all nodes.</summary>
    public async Task EndMoveAsync(int slot, int from, int to)
    {
        while ((object?[])(await Masters[from].AskAsync("CLUSTER", "GETKEYSINSLOT", Text(slot), "100"))! is { Length: > 0 } keys)
            await Masters[from].AskAsync(["MIGRATE", "127.0.0.1", Text(Masters[to].Port), "", "0", "5000", "KEYS", .. keys.Cast<string>()]);
        foreach (var node in (int[])[to, from, .. Enumerable.Range(0, Nodes)])
            await Masters[node].AskAsync("CLUSTER", "SETSLOT", Text(slot), "NODE", Ids[to]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in (RedisProcess[])[.. Replicas, .. Masters])
            await node.DisposeAsync();
    }

    private async Task FormAsync()
    {
        RedisProcess[] nodes = [.. Masters, .. Replicas];
        for (var i = 0; i < Nodes; i++)
        {
            await Masters[i].AskAsync("CLUSTER", "ADDSLOTSRANGE", Text(FirstSlot(i)), Text(FirstSlot(i + 1) - 1));
            Ids[i] = (string)(await Masters[i].AskAsync("CLUSTER", "MYID"))!;
        }
        foreach (var node in nodes)
        {
            await Eventually.TrueAsync("the Cluster is complete", async () =>
            {
                await IntroduceAsync(nodes[0], nodes[1..]);
                return await IsCompleteAsync(node, nodes.Length);
            });
        }
        for (var i = 0; i < Replicas.Count; i++)
            await AttachAsync(Replicas[i], Masters[i], Ids[i]);
    }

    /// <summary>
    /// Sends CLUSTER MEET for each node that is not known, and again if a node was forgotten, which happens when the machine stalls for the node timeout. A MEET for a known node
    /// would make the two reconnect and lose messages in flight.
    /// </summary>
    private static async Task IntroduceAsync(RedisProcess first, RedisProcess[] others)
    {
        var known = (string)(await first.AskAsync("CLUSTER", "NODES"))!;
        foreach (var other in others.Where(other => !known.Contains($"127.0.0.1:{Text(other.Port)}@", StringComparison.Ordinal)))
            await first.AskAsync("CLUSTER", "MEET", "127.0.0.1", Text(other.Port));
    }

    private static Task<RedisProcess[]> StartNodesAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(_ => RedisProcess.StartAsync(
        "cluster-enabled yes", "cluster-node-timeout 2000", "cluster-require-full-coverage no", "repl-diskless-sync-delay 0", "appendfsync everysec")));

    private static async Task AttachAsync(RedisProcess replica, RedisProcess master, string id)
    {
        await replica.AskAsync("CLUSTER", "REPLICATE", id);
        await Eventually.TrueAsync("the replica is online", async () =>
            ((string)(await master.AskAsync("INFO", "replication"))!).Contains("state=online", StringComparison.Ordinal));
    }

    private static async Task<bool> IsCompleteAsync(RedisProcess node, int nodes)
    {
        var info = (string)(await node.AskAsync("CLUSTER", "INFO"))!;
        return info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains($"cluster_slots_ok:{Slots}", StringComparison.Ordinal)
            && info.Contains($"cluster_known_nodes:{nodes}", StringComparison.Ordinal);
    }

    private static int FirstSlot(int node) => Slots * node / Nodes;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
