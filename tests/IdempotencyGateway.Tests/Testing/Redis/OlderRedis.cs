using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Fleet;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>
/// A Redis as gateways met it before version 7, where SET could not do both: set where there is nothing, and tell what there is. It is today's behind a relay that spells the word GET of
/// that one command so that the server does not know it; what the server then says of it, it says itself, and says as the older ones did: <c>ERR syntax error</c>.
/// </summary>
internal sealed class OlderRedis : IAsyncDisposable
{
    private readonly TcpRelay _relay;

    private OlderRedis(RedisProcess server)
    {
        Server = server;
        _relay = new(server.Port, () => new Misspelling(() => Interlocked.Increment(ref _refusals)).Apply);
    }

    private int _refusals;

    public RedisProcess Server { get; }

    public RedisAddress Address => new("127.0.0.1", _relay.Port);

    /// <summary>How often somebody tried it.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    public static async Task<OlderRedis> StartAsync(params string[] settings) => new(await RedisProcess.StartAsync(settings));

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>Of one connection's bytes, however they are cut into pieces: each is looked at once, on its way.</summary>
    private sealed class Misspelling(Action applied)
    {
        private static readonly byte[] Together = "$2\r\nNX\r\n$3\r\nGET"u8.ToArray();
        private readonly Queue<byte> _latest = new();

        public void Apply(Span<byte> bytes)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                _latest.Enqueue(bytes[i]);
                if (_latest.Count > Together.Length)
                    _latest.Dequeue();
                if (bytes[i] != 'T' || !_latest.SequenceEqual(Together))
                    continue;
                bytes[i] = (byte)'X';
                applied();
            }
        }
    }
}
