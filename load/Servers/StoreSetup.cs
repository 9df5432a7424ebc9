using System.Text.Json.Nodes;

namespace IdempotencyGateway.Load.Servers;

/// <summary>The <c>Store</c> section of a gateway's configuration.</summary>
internal static class StoreSetup
{
    public static JsonObject Sqlite(string? file = null) => file is null ? [] : new() { ["Sqlite"] = new JsonObject { ["Path"] = file } };

    public static JsonObject Redis(ServerProcess server) => new()
    {
        ["Kind"] = "Redis",
        ["Redis"] = new JsonObject { ["Endpoints"] = new JsonArray(server.Address.Authority) },
    };

    public static JsonObject RedLock(ServerProcess records, IEnumerable<ServerProcess> nodes)
    {
        var store = Redis(records);
        store["Kind"] = "RedLock";
        store["RedLock"] = new JsonObject { ["Nodes"] = new JsonArray([.. nodes.Select(node => (JsonNode)node.Address.Authority)]) };
        return store;
    }
}
