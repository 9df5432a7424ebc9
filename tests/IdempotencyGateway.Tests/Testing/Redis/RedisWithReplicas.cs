using System.Globalization;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>A Redis master with replicas and optionally Sentinels. After the start all replicas are online and every Sentinel knows all servers and all other Sentinels.</summary>
public sealed class RedisWithReplicas : IAsyncDisposable
{
    public const string Service = "records";

    private RedisWithReplicas(RedisProcess master, RedisProcess[] replicas, RedisProcess[] sentinels)
    {
        Master = master;
        Replicas = replicas;
        Sentinels = sentinels;
    }

    /// <summary>The master at the start. A failover makes it a replica.</summary>
    public RedisProcess Master { get; }

    public IReadOnlyList<RedisProcess> Replicas { get; }

    public IReadOnlyList<RedisProcess> Sentinels { get; }

    public static async Task<RedisWithReplicas> StartAsync(int replicas, int sentinels = 0)
    {
        var master = await RedisProcess.StartAsync("repl-diskless-sync-delay 0", "appendfsync everysec");
        var port = master.Port.ToString(CultureInfo.InvariantCulture);
        var started = await Task.WhenAll(Enumerable.Range(0, replicas).Select(_ => RedisProcess.StartAsync($"replicaof 127.0.0.1 {port}", "repl-diskless-sync-delay 0", "appendfsync everysec")));
        await Eventually.TrueAsync("all replicas are online", async () =>
            ((string)(await master.AskAsync("INFO", "replication"))!).Split("state=online").Length - 1 == replicas);
        var watching = await Task.WhenAll(Enumerable.Range(0, sentinels).Select(_ => RedisProcess.StartSentinelAsync(
            $"sentinel monitor {Service} 127.0.0.1 {port} {(sentinels / 2) + 1}",
            $"sentinel down-after-milliseconds {Service} 1000",
            $"sentinel failover-timeout {Service} 5000")));
        foreach (var sentinel in watching)
            await KnowsAllAsync(sentinel, replicas, sentinels - 1);
        return new(master, started, watching);
    }

    /// <summary>Orders the Sentinels to promote a replica (SENTINEL FAILOVER), and waits for it.</summary>
    public async Task<RedisProcess> FailOverAsync()
    {
        await Sentinels[0].AskAsync("SENTINEL", "FAILOVER", Service);
        return await PromotedAsync();
    }

    /// <summary>Waits until all Sentinels have switched to a promoted replica, and returns it.</summary>
    public async Task<RedisProcess> PromotedAsync()
    {
        await Task.WhenAll(Sentinels.Select(sentinel => sentinel.Log.WaitForAsync("+switch-master")));
        var address = (object?[])(await Sentinels[0].AskAsync("SENTINEL", "GET-MASTER-ADDR-BY-NAME", Service))!;
        return Replicas.Single(replica => replica.Port.ToString(CultureInfo.InvariantCulture) == (string)address[1]!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in (RedisProcess[])[.. Sentinels, .. Replicas, Master])
            await process.DisposeAsync();
    }

    private static Task KnowsAllAsync(RedisProcess sentinel, int replicas, int others) => Eventually.TrueAsync("a Sentinel knows them all", async () =>
    {
        var facts = (object?[])(await sentinel.AskAsync("SENTINEL", "MASTER", Service))!;
        string Fact(string name) => (string)facts[Array.IndexOf(facts, name) + 1]!;
        return Fact("num-slaves") == replicas.ToString(CultureInfo.InvariantCulture)
            && Fact("num-other-sentinels") == others.ToString(CultureInfo.InvariantCulture);
    });
}
