using System.Net.Sockets;
using System.Text;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.SimulatedProvider;

/// <summary>A bare TCP connection, because an HTTP client would hide how a connection ended.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private RawConnection()
    {
    }

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    public async Task SendAsync(string text)
    {
        for (ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(text); rest.Length > 0;)
            rest = rest[await _socket.SendAsync(rest)..];
    }

    /// <summary>Reads until the provider ends the connection, and reports whether it did so with a reset.</summary>
    public async Task<(string Text, bool WasReset)> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        var text = new StringBuilder();
        var chunk = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(chunk, patience.Token) is > 0 and var read)
                text.Append(Encoding.UTF8.GetString(chunk, 0, read));
            return (text.ToString(), false);
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return (text.ToString(), true);
        }
    }

    public void Dispose() => _socket.Dispose();
}
