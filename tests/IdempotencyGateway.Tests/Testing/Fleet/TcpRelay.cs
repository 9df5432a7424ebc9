using System.Net.Sockets;

namespace IdempotencyGateway.Tests.Testing.Fleet;

/// <summary>
/// A TCP proxy for a server on this machine. It can drop the server's replies (a stalled network), edit what the client sends, or switch to another
/// server, which breaks all its connections.
/// </summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private volatile CancellationTokenSource _cut = new();
    private volatile Task _flow = Task.CompletedTask;
    private readonly Func<Edit> _edits;
    private volatile int _port;

    /// <param name="edits">Creates, for each connection, a function that may change the client's bytes in place.</param>
    public TcpRelay(int port, Func<Edit>? edits = null)
    {
        _port = port;
        _edits = edits ?? (() => static _ => { });
        _listener = new(RelayAsync, _ => { });
        _listener.Start();
    }

    public delegate void Edit(Span<byte> bytes);

    public int Port => _listener.Port;

    /// <summary>From now on none of the server's bytes reach a client.</summary>
    public void Stall() => _flow = new TaskCompletionSource().Task;

    /// <summary>Directs new connections to another server and breaks all existing ones.</summary>
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
