using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Fleet;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>
/// A Redis that behaves like a version before 7, whose SET does not accept NX and GET together. It is a current server behind a relay that misspells the word GET of such a
/// command, so that the server itself rejects it with the error that older versions give: <c>ERR syntax error</c>.
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

    /// <summary>How many SET commands with NX and GET were sent.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    public static async Task<OlderRedis> StartAsync(params string[] settings) => new(await RedisProcess.StartAsync(settings));

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>Edits the bytes of one connection. It matches across read boundaries, because it keeps the latest bytes of earlier reads.</summary>
    private sealed class Misspelling(Action applied)
    {
        private static readonly byte[] NxGet = "$2\r\nNX\r\n$3\r\nGET"u8.ToArray();
        private readonly Queue<byte> _latest = new();

        public void Apply(Span<byte> bytes)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                _latest.Enqueue(bytes[i]);
                if (_latest.Count > NxGet.Length)
                    _latest.Dequeue();
                if (bytes[i] != 'T' || !_latest.SequenceEqual(NxGet))
                    continue;
                bytes[i] = (byte)'X';
                applied();
            }
        }
    }
}
