using System.Diagnostics;
using System.Globalization;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>
/// A <c>redis-server</c> process on a free port with a data folder of its own, which a test can kill, pause, resume and restart on the same data. By default it is
/// persistent (<c>appendfsync always</c>) and <c>noeviction</c>. Settings are lines of redis.conf.
/// </summary>
public sealed class RedisProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _settings;
    private readonly bool _isSentinel;
    private Process? _process;
    private RedisLog _log = new();

    private RedisProcess(int port, string[] settings, bool isSentinel)
    {
        Port = port;
        _settings = settings;
        _isSentinel = isSentinel;
    }

    public int Port { get; }

    public RedisAddress Address => new("127.0.0.1", Port);

    public string Folder => _folder.Path;

    /// <summary>The running process's log. A restart begins a new one.</summary>
    public RedisLog Log => _log;

    public static Task<RedisProcess> StartAsync(params string[] settings) => StartAnywhereAsync(settings, isSentinel: false);

    public static Task<RedisProcess> StartSentinelAsync(params string[] settings) => StartAnywhereAsync(settings, isSentinel: true);

    /// <summary>Sends SIGKILL: nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts the server again on the same port and data.</summary>
    public async Task RestartAsync()
    {
        if (!await TryRunAsync())
            throw new InvalidOperationException($"redis-server did not come back: {_log}");
    }

    /// <summary>Sends SIGSTOP: connections stay open but nothing is answered.</summary>
    public Task PauseAsync() => _process!.SignalAsync("-STOP");

    public Task ResumeAsync() => _process!.SignalAsync("-CONT");

    /// <summary>Opens a connection for the test, independent of the code under test.</summary>
    public Task<RespClient> ConnectAsync() => RespClient.ConnectAsync(Port);

    /// <summary>Runs one command on a new connection.</summary>
    public async Task<object?> AskAsync(params string[] command)
    {
        await using var client = await ConnectAsync();
        return await client.AskAsync(command);
    }

    /// <summary>Deletes all keys (FLUSHALL).</summary>
    public Task WipeAsync() => AskAsync("FLUSHALL");

    /// <summary>The number of keys (DBSIZE).</summary>
    public async Task<long> CountAsync() => (long)(await AskAsync("DBSIZE"))!;

    /// <summary>How often a command ran since the start or CONFIG RESETSTAT, including calls from scripts.</summary>
    public async Task<long> CallsAsync(string command)
    {
        var stats = (string)(await AskAsync("INFO", "commandstats"))!;
        var line = stats.Split("\r\n").FirstOrDefault(l => l.StartsWith($"cmdstat_{command}:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split("calls=")[1].Split(',')[0], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
        _folder.Dispose();
    }

    private static async Task<RedisProcess> StartAnywhereAsync(string[] settings, bool isSentinel)
    {
        for (var attempt = 0; ; attempt++)
        {
            var redis = new RedisProcess(FreePort.Take(), settings, isSentinel);
            if (await redis.TryRunAsync())
                return redis;
            var log = redis._log.ToString();
            await redis.DisposeAsync();
            if (attempt == 10)
                throw new InvalidOperationException($"redis-server does not start: {log}");
        }
    }

    private async Task<bool> TryRunAsync()
    {
        var file = await WriteSettingsAsync();
        var start = new ProcessStartInfo("redis-server", _isSentinel ? [file, "--sentinel"] : [file])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process?.Dispose();
        _log = new();
        var log = _log;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => log.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => log.Add(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        return await log.TryWaitForAsync(_isSentinel ? "Sentinel ID is" : "Ready to accept connections");
    }

    /// <summary>Writes the configuration file unless it exists: a restarted Sentinel must keep what it wrote into its own file.</summary>
    private async Task<string> WriteSettingsAsync()
    {
        var file = _folder.File("redis.conf");
        if (File.Exists(file))
            return file;
        string[] own = ["bind 127.0.0.1", $"dir {_folder.Path}", "daemonize no", "logfile \"\"", "protected-mode no"];
        string[] data = ["save \"\"", "appendonly yes", "appendfsync always", "maxmemory-policy noeviction", "enable-debug-command yes"];
        var port = Array.Exists(_settings, line => line.StartsWith("port ", StringComparison.Ordinal))
            ? Array.ConvertAll(_settings, line => line.Replace("{port}", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            : [$"port {Port}", .. _settings];
        await File.WriteAllLinesAsync(file, [.. own, .. _isSentinel ? [] : data, .. port]);
        return file;
    }
}
