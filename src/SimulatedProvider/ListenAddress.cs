using System.Net;

namespace SimulatedProvider;

/// <summary>Parses an http URL as an address to bind: an IP address or <c>localhost</c> (the IPv4 loopback), and a port, 0 for any free one.</summary>
internal static class ListenAddress
{
    public static IPEndPoint? TryParse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/")
            return null;
        if (uri.Host == "localhost")
            return new IPEndPoint(IPAddress.Loopback, uri.Port);
        return IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) ? new IPEndPoint(address, uri.Port) : null;
    }
}
