using System.Net;
using System.Net.Sockets;

namespace IdempotencyGateway.Load.Servers;

/// <summary>Finds a free port for servers that cannot choose one by themselves.</summary>
internal static class FreePort
{
    private const int Attempts = 5;

    /// <summary>The system's error message, which both nginx and Redis print.</summary>
    private const string Taken = "Address already in use";

    /// <summary>Starts the server on a free port. Tries another port if somebody else takes the first one before the server listens.</summary>
    /// <exception cref="InvalidOperationException">The server did not start.</exception>
    public static async Task<ServerProcess> StartOnAsync(Func<int, Task<ServerProcess>> start)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await start(Find());
            }
            catch (InvalidOperationException failed) when (attempt < Attempts && failed.Message.Contains(Taken, StringComparison.Ordinal))
            {
                // Try another port.
            }
        }
    }

    private static int Find()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
