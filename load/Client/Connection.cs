using System.Net.Sockets;

namespace IdempotencyGateway.Load.Client;

/// <summary>
/// One HTTP/1.1 connection that sends a request and waits for its answer. It uses plain sockets and prepared bytes, so that the client takes little processor time,
/// and the same on both sides of a comparison.
/// </summary>
internal sealed class Connection(Uri target) : IDisposable
{
    private const int FirstBuffer = 4 * 1024;

    private readonly Dictionary<RequestTemplate, byte[]> _copies = [];
    private Socket? _socket;
    private byte[] _answer = new byte[FirstBuffer];

    public async ValueTask ConnectAsync()
    {
        if (_socket is not null)
            return;
        _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _socket.ConnectAsync(target.Host, target.Port);
    }

    /// <returns>The answer's status, once its body has arrived, too.</returns>
    /// <exception cref="SocketException">The connection was lost. The next call opens a new one.</exception>
    public async ValueTask<int> AskAsync(Call call)
    {
        try
        {
            await SendAsync(call);
            return await ReadAnswerAsync();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public async ValueTask SendAsync(Call call)
    {
        await ConnectAsync();
        if (!_copies.TryGetValue(call.Template, out var head))
            _copies[call.Template] = head = call.Template.Copy();
        call.Template.SetKey(head, call.Key);
        await SendAllAsync(head);
        if (!call.Template.Rest.IsEmpty)
            await SendAllAsync(call.Template.Rest);
    }

    public async ValueTask<int> ReadAnswerAsync()
    {
        var length = 0;
        int? needed = null;
        while (needed is null || length < needed)
        {
            if (length == _answer.Length)
                Array.Resize(ref _answer, _answer.Length * 4);
            var read = await _socket!.ReceiveAsync(_answer.AsMemory(length));
            if (read == 0)
                throw new SocketException((int)SocketError.ConnectionReset);
            length += read;
            needed ??= AnswerHead.LengthOf(_answer.AsSpan(0, length));
        }
        return AnswerHead.StatusOf(_answer);
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket!.SendAsync(bytes)..];
    }
}
