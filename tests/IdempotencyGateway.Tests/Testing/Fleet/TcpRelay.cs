using System.Net.Sockets;

namespace IdempotencyGateway.Tests.Testing.Fleet;

/// <summary>
/// Stands before a server on this machine. What the server says can be held up (a stalled network, where a stopped process would still find it in its
/// socket), and the server be exchanged: then all connections through it break.
/// </summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private volatile CancellationTokenSource _cut = new();
    private volatile Task _flow = Task.CompletedTask;
    private readonly Func<Edit> _edits;
    private volatile int _port;

    /// <param name="edits">Makes, for each connection, what may change the bytes that the client says, in place.</param>
    public TcpRelay(int port, Func<Edit>? edits = null)
    {
        _port = port;
        _edits = edits ?? (() => static _ => { });
        _listener = new(RelayAsync, _ => { });
        _listener.Start();
    }

    public delegate void Edit(Span<byte> bytes);

    public int Port => _listener.Port;

    /// <summary>From now on nothing that the server says comes through, ever.</summary>
    public void Stall() => _flow = new TaskCompletionSource().Task;

    public async Task PointAtAsync(int port)
    {
        _port = port;
        using var old = Interlocked.Exchange(ref _cut, new());
        await old.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _cut.Dispose();
    }

    private async Task RelayAsync(RawConnection client, int number, CancellationToken disposed)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(disposed, _cut.Token);
        using var server = new TcpClient { NoDelay = true };
        await server.ConnectAsync("127.0.0.1", _port, ended.Token);
        Task[] ways = [AskAsync(client, server.GetStream(), _edits(), ended.Token), AnswerAsync(client, server.GetStream(), ended.Token)];
        await Task.WhenAny(ways);
        await ended.CancelAsync();
        await Task.WhenAll(ways);
    }

    private static async Task AskAsync(RawConnection client, NetworkStream server, Edit edit, CancellationToken ended)
    {
        var buffer = new byte[1 << 16];
        while (await client.Read(buffer, ended) is var count and > 0)
        {
            edit(buffer.AsSpan(0, count));
            await server.WriteAsync(buffer.AsMemory(0, count), ended);
        }
    }

    private async Task AnswerAsync(RawConnection client, NetworkStream server, CancellationToken ended)
    {
        var buffer = new byte[1 << 16];
        while (await server.ReadAsync(buffer, ended) is var count and > 0)
        {
            await _flow.WaitAsync(ended);
            await client.Write(buffer.AsMemory(0, count), ended);
        }
    }
}
