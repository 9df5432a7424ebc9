using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>For programs that have to be told a port. From a range that the system gives to nobody by itself, so that a port that is free now still is when the program has started.</summary>
internal static class FreePort
{
    /// <summary>Beyond those of <see cref="Redis.RedisProcess"/> and of the buses of its Clusters.</summary>
    private const int First = 31_100;
    private const int Last = 32_700;

    public static int Take()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody's: the next one.
            }
        }
    }
}
