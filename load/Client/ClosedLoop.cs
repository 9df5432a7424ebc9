using System.Diagnostics;
using System.Net.Sockets;

namespace IdempotencyGateway.Load.Client;

/// <summary>
/// The closed model: as many connections as told, each sending its next request when the last is answered. Plain sockets and bytes, so that the client's share of
/// the two processors stays small and the same for both sides of a comparison.
/// </summary>
internal sealed class ClosedLoop(Uri target, RequestTemplate template, int connections, Func<long> nextKey) : IDisposable
{
    private readonly Connection[] _connections = [.. Enumerable.Range(0, connections).Select(_ => new Connection(target, template.Copy()))];

    public Uri Target => target;

    /// <exception cref="InvalidOperationException">An answer had another status than <paramref name="expectedStatus"/>.</exception>
    public async Task<Round> RunAsync(TimeSpan duration, int expectedStatus)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var began = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(_connections.Select(connection => Task.Run(() => connection.RunUntilAsync(end, template, nextKey, expectedStatus))));
        return new(Stopwatch.GetElapsedTime(began), [.. latencies.SelectMany(l => l).Order()]);
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
    }

    private sealed class Connection : IDisposable
    {
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] _request;
        private readonly byte[] _answer = new byte[64 * 1024];

        public Connection(Uri target, byte[] request)
        {
            _request = request;
            _socket.Connect(target.Host, target.Port);
        }

        public async Task<List<long>> RunUntilAsync(long end, RequestTemplate template, Func<long> nextKey, int expectedStatus)
        {
            var latencies = new List<long>(8192);
            for (var now = Stopwatch.GetTimestamp(); now < end;)
            {
                template.SetKey(_request, nextKey());
                await _socket.SendAsync(_request);
                var status = await ReadAnswerAsync();
                if (status != expectedStatus)
                    throw new InvalidOperationException($"expected {expectedStatus}, got {status}");
                var then = Stopwatch.GetTimestamp();
                latencies.Add(then - now);
                now = then;
            }
            return latencies;
        }

        public void Dispose() => _socket.Dispose();

        private async ValueTask<int> ReadAnswerAsync()
        {
            var length = 0;
            var needed = int.MaxValue;
            while (length < needed)
            {
                var read = await _socket.ReceiveAsync(_answer.AsMemory(length));
                if (read == 0)
                    throw new InvalidOperationException("the server closed a connection in use");
                length += read;
                if (needed == int.MaxValue)
                    needed = AnswerHead.LengthOf(_answer.AsSpan(0, length)) ?? int.MaxValue;
            }
            return AnswerHead.StatusOf(_answer);
        }
    }
}
