using System.Net;
using System.Net.Sockets;

namespace IdempotencyGateway.Load.Servers;

/// <summary>For servers that cannot pick one by themselves.</summary>
internal static class FreePort
{
    private const int Attempts = 5;

    /// <summary>As the system says it, and both nginx and Redis repeat it.</summary>
    private const string Taken = "Address already in use";

    /// <summary>Starts the server; on another port if somebody takes the one that was found before the server listens there.</summary>
    /// <exception cref="InvalidOperationException">It did not start.</exception>
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
                // Another port.
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
