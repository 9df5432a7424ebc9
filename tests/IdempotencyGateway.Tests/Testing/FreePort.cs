using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// Chooses ports for programs that cannot bind port 0. The range lies below the ephemeral ports, so no outgoing connection takes a chosen port before the program
/// binds it. No port is given out twice until the range is used up.
/// </summary>
internal static class FreePort
{
    private const int First = 11_000;
    private const int Last = 21_000;

    /// <summary>A Redis Cluster node's bus listens on the node's port plus this offset.</summary>
    private const int BusOffset = 10_000;

    private static int _taken = RandomNumberGenerator.GetInt32(Last - First);

    /// <summary>Returns a free port whose Redis Cluster bus port is free as well.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = First + Interlocked.Increment(ref _taken) % (Last - First);
            if (IsFree(port) && IsFree(port + BusOffset))
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
