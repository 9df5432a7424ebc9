using System.Globalization;

namespace IdempotencyGateway.Load.Servers;

/// <summary>
/// Starts a redis-server with the settings that records require: append-only file, no eviction. Automatic rewrites of the append-only file are off, because a rewrite would
/// distort the rounds that it falls into.
/// </summary>
internal static class RedisServer
{
    /// <param name="durability">When it calls fsync: <c>everysec</c>, or <c>always</c> for the nodes of a quorum.</param>
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
