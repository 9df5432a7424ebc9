using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Lets the client library connect as a named user, which it cannot say (it knows only <c>AUTH password</c>; its next version can, and then this goes). It connects to a port on
/// this machine's loopback with a one-time word as its password; only with that word is it joined to a connection on which user and password have been accepted, so the open
/// port is worth nothing to anybody else. TLS ends here too.
/// </summary>
internal sealed class UserRelay : IDisposable
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

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
        _greeting = Encoding.ASCII.GetBytes($"*2\r\n$4\r\nAUTH\r\n${connecting.RelayWord.Length}\r\n{connecting.RelayWord}\r\n");
        _listener.Start();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _ = AcceptAsync();
    }

    /// <summary>The server.</summary>
    public RedisAddress Target { get; }

    /// <summary>Where the library connects to.</summary>
    public IPEndPoint EndPoint { get; }

    public void Dispose()
    {
        _stopped.Cancel();
        _listener.Dispose();
    }

    public static string NewWord() => RandomNumberGenerator.GetHexString(64, lowercase: true);

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
                // A connection that was closed before it was accepted; or there are no descriptors left, and as long as that lasts every attempt fails at once.
                await Task.Delay(Breath, _clock, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // The end.
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
            if (!await IsTheLibraryAsync(library))
                return;
            await using var server = await FirstLook.OpenAsync(Target, _connecting, _clock);
            await library.WriteAsync("+OK\r\n"u8.ToArray(), _stopped.Token);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
            await Task.WhenAny(library.CopyToAsync(server, over.Token), server.CopyToAsync(library, over.Token));
            await over.CancelAsync();
        }
        catch (Exception e) when (e is StoreUnavailableException or IOException or SocketException or TimeoutException or OperationCanceledException)
        {
            // The library sees its connection closed and tries again, ever more slowly.
        }
    }

    private async Task<bool> IsTheLibraryAsync(NetworkStream stream)
    {
        var greeting = new byte[_greeting.Length];
        await stream.ReadExactlyAsync(greeting, _stopped.Token).AsTask().WaitAsync(_connecting.Options.OperationTimeout, _clock, _stopped.Token);
        return CryptographicOperations.FixedTimeEquals(greeting, _greeting);
    }
}
