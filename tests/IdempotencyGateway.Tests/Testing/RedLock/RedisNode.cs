using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Testing.RedLock;

/// <summary>A real redis-server on a port of its own, every write on disk before it is answered. It can be killed, paused, wiped and started again.</summary>
public sealed class RedisNode : IAsyncDisposable
{
    private const int Attempts = 5;
    private const string Ready = "Ready to accept connections";

    private readonly TemporaryFolder _folder = new();
    private Process _process = null!;

    private RedisNode()
    {
    }

    public int Port { get; private set; }

    public RedisAddress Endpoint => new("127.0.0.1", Port);

    public static async Task<RedisNode> StartAsync()
    {
        var node = new RedisNode();
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            // Somebody else may take the port before Redis does; then it ends at once and gets another one.
            node.Port = FreePort();
            if (await node.TryRunAsync())
                return node;
        }
        await node.DisposeAsync();
        throw new InvalidOperationException("redis-server does not start");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>After a kill: with what it had on disk.</summary>
    public async Task RestartAsync() => Assert.True(await TryRunAsync(), $"redis-server does not start again on port {Port}");

    /// <summary>SIGSTOP: connections stay, nothing answers.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>It forgets everything.</summary>
    public async Task WipeAsync() => Assert.Equal("+OK", await CommandAsync("FLUSHALL"));

    public async Task SetAsync(string key, string text) => Assert.Equal("+OK", await CommandAsync($"SET {key} {text}"));

    public async Task<int> CountAsync() => int.Parse((await CommandAsync("DBSIZE"))[1..], CultureInfo.InvariantCulture);

    /// <summary>Every entry comes so much closer to its expiry, as if the time had passed.</summary>
    public async Task AdvanceAsync(TimeSpan duration)
    {
        const string Script =
            "for _, key in ipairs(redis.call('KEYS', '*')) do local left = redis.call('PTTL', key) - ARGV[1] "
            + "if left > 0 then redis.call('PEXPIRE', key, left) else redis.call('DEL', key) end end return 'done'";
        Assert.Equal("$4", await CommandAsync(string.Create(CultureInfo.InvariantCulture, $"EVAL \"{Script}\" 0 {(long)duration.TotalMilliseconds}")));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            // A process that ended was disposed of and has no handle any more; a paused one can be killed.
            try
            {
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }
            catch (InvalidOperationException)
            {
            }
        }
        _folder.Dispose();
    }

    private async Task<bool> TryRunAsync()
    {
        var start = new ProcessStartInfo("redis-server")
        {
            ArgumentList =
            {
                "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.Path,
                "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
            },
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        while (await _process.StandardOutput.ReadLineAsync().OrGiveUp() is { } line)
        {
            if (!line.Contains(Ready, StringComparison.Ordinal))
                continue;
            _ = _process.StandardOutput.ReadToEndAsync();
            return true;
        }
        await _process.WaitForExitAsync();
        return false;
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <returns>The first line of the answer.</returns>
    private async Task<string> CommandAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port).OrGiveUp();
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        return (await reader.ReadLineAsync().OrGiveUp())!;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
