using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// A TCP listener on 127.0.0.1, on a port the system chose. It runs <paramref name="serve"/> on a task per connection.
/// Disposing ends every connection and awaits its task. Exceptions of a broken connection are ignored. Any other exception out of
/// <paramref name="serve"/> is a bug in the harness: it is passed to <paramref name="failed"/> and thrown by disposing.
/// </summary>
/// <param name="serve">Serves a connection; its second argument is the connection's number, starting at 1.</param>
/// <param name="certificate">The server certificate; null for a listener without TLS.</param>
/// <param name="protocol">The only protocol offered in ALPN; null for no ALPN.</param>
public sealed class LoopbackListener(
    Func<RawConnection, int, CancellationToken, Task> serve,
    Action<Exception> failed,
    X509Certificate2? certificate = null,
    SslApplicationProtocol? protocol = null) : IAsyncDisposable
{
    private readonly Socket _listener = Listen();
    private readonly CancellationTokenSource _disposed = new();
    private readonly List<Task> _connections = [];
    private Task _accepting = Task.CompletedTask;
    private int _accepted;

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public int Accepted => Volatile.Read(ref _accepted);

    public void Start() => _accepting = Accept();

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections).OrGiveUp();
        _disposed.Dispose();
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_disposed.Token);
                socket.NoDelay = true;
                _connections.Add(Serve(socket, Interlocked.Increment(ref _accepted)));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The listener was disposed.
        }
    }

    private async Task Serve(Socket socket, int number)
    {
        var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            using var connection = new RawConnection(socket, certificate is null ? stream : await Secure(stream, certificate));
            await serve(connection, number, _disposed.Token);
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or OperationCanceledException
                                           or AuthenticationException)
        {
            // The peer, the script or the end of the test broke the connection.
        }
        catch (Exception bug)
        {
            failed(bug);
            throw;
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private async Task<Stream> Secure(Stream plain, X509Certificate2 identity)
    {
        var secured = new SslStream(plain);
        var options = new SslServerAuthenticationOptions { ServerCertificate = identity, ApplicationProtocols = protocol is { } one ? [one] : null };
        await secured.AuthenticateAsServerAsync(options, _disposed.Token);
        return secured;
    }
}
