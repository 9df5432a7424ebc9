using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// A loopback relay through which the client library connects as a named user: the library's version supports only <c>AUTH password</c>. (Its next version supports users, which will make
/// this class obsolete.) The library connects to a port on the loopback with a random token as its password. Only a connection with that token is joined to one on which Redis has accepted
/// user and password, so the open port is of no use to others. TLS ends here, too.
/// </summary>
internal sealed class UserRelay : IDisposable
{
    private static readonly TimeSpan AcceptRetryPause = TimeSpan.FromMilliseconds(50);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly RedisConnecting _connecting;
    private readonly TimeProvider _clock;
    private readonly byte[] _greeting;

    public UserRelay(EndPoint target, RedisConnecting connecting, TimeProvider clock)
    {
        Target = RedisConnecting.ToAddress(target);
        _connecting = connecting;
        _clock = clock;
        _greeting = Encoding.ASCII.GetBytes($"*2\r\n$4\r\nAUTH\r\n${connecting.RelayToken.Length}\r\n{connecting.RelayToken}\r\n");
        _listener.Start();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _ = AcceptAsync();
    }

    /// <summary>The Redis server.</summary>
    public RedisAddress Target { get; }

    /// <summary>The endpoint for the library to connect to.</summary>
    public IPEndPoint EndPoint { get; }

    public void Dispose()
    {
        _stopped.Cancel();
        _listener.Dispose();
    }

    public static string NewToken() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    private async Task AcceptAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopped.Token));
            }
            catch (SocketException)
            {
                // The connection was closed before it was accepted. Or there are no file descriptors left; then every attempt fails at once, hence the pause.
                await Task.Delay(AcceptRetryPause, _clock, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // The relay is being closed.
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var own = client;
        try
        {
            client.NoDelay = true;
            var library = client.GetStream();
            if (!await HasTokenAsync(library))
                return;
            await using var server = await RedisHandshake.OpenAsync(Target, _connecting, _clock);
            await library.WriteAsync("+OK\r\n"u8.ToArray(), _stopped.Token);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
            await Task.WhenAny(library.CopyToAsync(server, over.Token), server.CopyToAsync(library, over.Token));
            await over.CancelAsync();
        }
        catch (Exception e) when (e is StoreUnavailableException or IOException or SocketException or TimeoutException or OperationCanceledException)
        {
            // The library sees its connection closed, and reconnects with back-off.
        }
    }

    private async Task<bool> HasTokenAsync(NetworkStream stream)
    {
        var greeting = new byte[_greeting.Length];
        await stream.ReadExactlyAsync(greeting, _stopped.Token).AsTask().WaitAsync(_connecting.Options.OperationTimeout, _clock, _stopped.Token);
        return CryptographicOperations.FixedTimeEquals(greeting, _greeting);
    }
}
