using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Fleet;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>
/// A Redis behind a relay that makes the first questions for its snapshots longer than they are, so that the server waits for the rest of them. To whoever asked it looks as if the question
/// had never been sent: the connection stands, and nothing comes back on it.
/// </summary>
internal sealed class SilentRedis : IAsyncDisposable
{
    private static readonly byte[] Question = "$4\r\nsave"u8.ToArray();

    private readonly RedisProcess _server;
    private readonly TcpRelay _relay;
    private readonly int _most;

    private SilentRedis(RedisProcess server, int most)
    {
        _server = server;
        _most = most;
        _relay = new(server.Port, () => Lengthen);
    }

    public RedisAddress Address => new("127.0.0.1", _relay.Port);

    /// <summary>Questions that got no answer: which of them it was.</summary>
    public ArrivalLog<int> Silences { get; } = new("unanswered questions");

    /// <param name="most">How many questions are not answered.</param>
    public static async Task<SilentRedis> StartAsync(int most) => new(await RedisProcess.StartAsync("appendonly no", "save 60 1"), most);

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _server.DisposeAsync();
    }

    private void Lengthen(Span<byte> bytes)
    {
        if (bytes.IndexOf(Question) is not (>= 0 and var at) || Silences.Count >= _most)
            return;
        bytes[at + 1] = (byte)'9';
        Silences.Add(Silences.Count + 1);
    }
}
