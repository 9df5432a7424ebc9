using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace IdempotencyGateway.Load.Processes;

/// <summary>A redis-server of its own, as its documentation would have it for records: append-only, written to disk every second, nothing evicted.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Ready = "Ready to accept connections";
    private readonly Process _process;

    private RedisServer(Process process, string endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    /// <summary>host:port.</summary>
    public string Endpoint { get; }

    /// <exception cref="InvalidOperationException">It did not start; the message has what it said.</exception>
    public static async Task<RedisServer> StartAsync(string folder)
    {
        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("redis-server", ["--port", port, "--bind", "127.0.0.1", "--appendonly", "yes", "--save", "", "--dir", folder])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (!line.Contains(Ready, StringComparison.Ordinal))
                continue;
            _ = process.StandardOutput.ReadToEndAsync();
            return new(process, $"127.0.0.1:{port}");
        }
        throw new InvalidOperationException($"redis-server did not start: {string.Join('\n', said)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
