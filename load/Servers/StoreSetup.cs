using System.Text.Json.Nodes;

namespace IdempotencyGateway.Load.Servers;

/// <summary>
/// The <c>Store</c> section of a gateway's configuration. Clients, servers and stores share the processors here, so the store timeouts are longer than the defaults:
/// a measurement should show slow answers, not timeouts.
/// </summary>
internal static class StoreSetup
{
    public static JsonObject Sqlite(string? file = null) => file is null ? [] : new() { ["Sqlite"] = new JsonObject { ["Path"] = file } };

    public static JsonObject Redis(ServerProcess server) => new()
    {
        ["Kind"] = "Redis",
        ["Redis"] = new JsonObject { ["Endpoints"] = new JsonArray(server.Address.Authority), ["OperationTimeout"] = "5s" },
    };

    public static JsonObject RedLock(ServerProcess records, IEnumerable<ServerProcess> nodes)
    {
        var store = Redis(records);
        store["Kind"] = "RedLock";
        store["RedLock"] = new JsonObject { ["Nodes"] = new JsonArray([.. nodes.Select(node => (JsonNode)node.Address.Authority)]), ["Timeout"] = "5s", ["ClaimTtl"] = "50s" };
        return store;
    }
}
