using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// For programs that have to be told a port. Below those that systems give out by themselves, so that a port that is free now still is when the program has started; and none
/// twice in one run of the tests.
/// </summary>
internal static class FreePort
{
    private const int First = 11_000;
    private const int Last = 21_000;

    /// <summary>Where the bus of a Redis Cluster listens, above the node's own port.</summary>
    private const int Bus = 10_000;

    private static int _taken = RandomNumberGenerator.GetInt32(Last - First);

    /// <summary>With the one for the bus of a Redis Cluster, whoever asks.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = First + Interlocked.Increment(ref _taken) % (Last - First);
            if (IsFree(port) && IsFree(port + Bus))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
