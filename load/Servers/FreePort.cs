using System.Net;
using System.Net.Sockets;

namespace IdempotencyGateway.Load.Servers;

/// <summary>For servers that cannot pick one by themselves.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
