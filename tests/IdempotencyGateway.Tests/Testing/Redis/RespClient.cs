using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>A minimal client for Redis's protocol, so that a test's own commands do not go through the client library under test. Replies are null, long, string or object?[].</summary>
public sealed class RespClient : IAsyncDisposable
{
    private readonly TcpClient _client;
    private readonly Stream _stream;

    private RespClient(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    public static async Task<RespClient> ConnectAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port).OrGiveUp();
        return new(client);
    }

    /// <exception cref="InvalidOperationException">Redis replied with an error; the message is Redis's.</exception>
    public async Task<object?> AskAsync(params string[] command)
    {
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var word in command)
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.Latin1.GetByteCount(word)}\r\n{word}\r\n");
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(request.ToString()));
        return await ReadAsync().OrGiveUp();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return default;
    }

    private async Task<object?> ReadAsync()
    {
        var line = await ReadLineAsync();
        return line[0] switch
        {
            '+' => line[1..],
            '-' => throw new InvalidOperationException(line[1..]),
            ':' => long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture),
            '$' => await ReadTextAsync(int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)),
            '*' => await ReadItemsAsync(int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)),
            _ => throw new InvalidOperationException($"not a RESP reply: {line}"),
        };
    }

    private async Task<object?> ReadTextAsync(int length)
    {
        if (length < 0)
            return null;
        var bytes = new byte[length + 2];
        await _stream.ReadExactlyAsync(bytes);
        return Encoding.Latin1.GetString(bytes, 0, length);
    }

    private async Task<object?> ReadItemsAsync(int count)
    {
        var items = new object?[Math.Max(0, count)];
        for (var i = 0; i < items.Length; i++)
            items[i] = await ReadAsync();
        return items;
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await _stream.ReadExactlyAsync(one);
            if (one[0] == '\n')
                return line.ToString(0, line.Length - 1);
            line.Append((char)one[0]);
        }
    }
}
