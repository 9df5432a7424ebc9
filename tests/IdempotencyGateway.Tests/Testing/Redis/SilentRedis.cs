using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Fleet;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>
/// A Redis that does not answer the first requests for its <c>save</c> setting. A relay raises the announced length of the argument, so the server waits for bytes that never come:
/// the connection stays open and no reply arrives.
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

    /// <summary>The requests that got no answer, numbered from 1.</summary>
    public ArrivalLog<int> Silences { get; } = new("unanswered questions");

    /// <param name="most">How many requests are left unanswered.</param>
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
