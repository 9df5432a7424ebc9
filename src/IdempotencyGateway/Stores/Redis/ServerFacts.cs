using System.Globalization;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>What one master reports about itself. Null where it does not say.</summary>
internal sealed record ServerFacts
{
    public required string Name { get; init; }

    public string? EvictionPolicy { get; init; }

    public bool AppendOnly { get; init; }

    /// <summary>The setting <c>save</c>: when it writes snapshots; empty means never. Null when CONFIG is forbidden, or was not needed because there is an append-only file.</summary>
    public string? SnapshotRules { get; init; }

    public int AttachedReplicas { get; init; }

    public bool IsCluster { get; init; }

    /// <exception cref="TimeoutException">It did not answer within the operation timeout.</exception>
    public static async Task<ServerFacts> AskAsync(IServer server, RedisConnecting connecting, TimeProvider clock)
    {
        var info = Parse(await server.InfoRawAsync().WaitAsync(connecting.Options.OperationTimeout, clock));
        var appendOnly = info.GetValueOrDefault("aof_enabled") == "1";
        return new()
        {
            Name = connecting.AddressBehind(server.EndPoint).ToString(),
            EvictionPolicy = info.GetValueOrDefault("maxmemory_policy"),
            AppendOnly = appendOnly,
            SnapshotRules = appendOnly ? null : await AskSnapshotRulesAsync(server).WaitAsync(connecting.Options.OperationTimeout, clock),
            AttachedReplicas = info.Count(field => IsOnlineReplica(field.Key, field.Value)),
            IsCluster = info.GetValueOrDefault("cluster_enabled") == "1",
        };
    }

    /// <summary>INFO tells only the last snapshot, not whether there will be another, so CONFIG GET is needed. Managed services and restrictive users may forbid it.</summary>
    private static async Task<string?> AskSnapshotRulesAsync(IServer server)
    {
        try
        {
            return await server.ConfigGetAsync("save") is [var save] ? save.Value : null;
        }
        catch (RedisServerException)
        {
            return null;
        }
    }

    /// <summary>slave0:ip=127.0.0.1,port=6380,state=online,offset=42,lag=0</summary>
    private static bool IsOnlineReplica(string name, string value) =>
        name.StartsWith("slave", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan("slave".Length), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && value.Contains("state=online", StringComparison.Ordinal);

    private static Dictionary<string, string> Parse(string? info)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in (info ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && line[0] != '#')
                fields[line[..colon]] = line[(colon + 1)..];
        }
        return fields;
    }
}
