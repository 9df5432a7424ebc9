using System.Globalization;

namespace IdempotencyGateway.Load.Servers;

/// <summary>
/// A redis-server as its documentation would have it for records: append-only, nothing evicted. Its log is not rewritten meanwhile, which would fall
/// into one round or another.
/// </summary>
internal static class RedisServer
{
    /// <param name="durability">When it writes to the disk: <c>everysec</c>, or <c>always</c> for the nodes of a quorum.</param>
    public static Task<ServerProcess> StartAsync(string folder, string durability = "everysec") =>
        FreePort.StartOnAsync(port => StartAsync(folder, durability, port));

    public static Task<ServerProcess> StartAsync(string folder, string durability, int port)
    {
        string[] arguments =
        [
            "redis-server", "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--appendonly", "yes", "--appendfsync", durability, "--save", "",
            "--auto-aof-rewrite-percentage", "0", "--maxmemory-policy", "noeviction", "--dir", folder,
        ];
        return ServerProcess.StartAsync(
            arguments, line => line.Contains("Ready to accept connections", StringComparison.Ordinal) ? new($"redis://127.0.0.1:{port}") : null);
    }
}
