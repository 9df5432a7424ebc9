using System.Diagnostics;
using System.Globalization;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>The gateway in a process of its own, which a test can kill, pause, crash or terminate.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    /// <summary>A command prefix that drops root's capabilities; empty if the tests do not run as root.</summary>
    public static readonly string[] WithoutCapabilities = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];

    /// <summary>A command prefix whose pipe reader exits after the <see cref="Announcement"/> line, so later output has no reader.</summary>
    private static readonly string[] Unread = ["bash", "-c", $"exec \"$0\" \"$@\" > >(sed -u '/^{Announcement}/q')"];

    private const string Announcement = "listening on ";
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private GatewayProcess(Process process, Task<string> output, Task<string> errors, Uri[] addresses)
    {
        _process = process;
        _output = output;
        _errors = errors;
        Addresses = addresses;
    }

    /// <summary>The proxy addresses, followed by the admin address if there is one.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    public Uri Address => Addresses[0];

    public int Id => _process.Id;

    /// <summary>Standard output after the announcement. Completes when the process ends.</summary>
    public Task<string> Output => _output;

    /// <summary>Starts a gateway process and waits until it listens.</summary>
    /// <exception cref="InvalidOperationException">The process ended instead of listening. The message has its exit code, standard error and log.</exception>
    /// <param name="withoutCapabilities">Drops root's capabilities if the tests run as root.</param>
    /// <param name="unread">Leaves standard output without a reader once the gateway listens.</param>
    /// <param name="openFiles">The process's limit of open files; null to inherit the tests' limit.</param>
    public static async Task<GatewayProcess> StartAsync(
        string configuration, IReadOnlyDictionary<string, string>? environment = null, bool withoutCapabilities = false, bool unread = false, int? openFiles = null)
    {
        string[] command = [.. withoutCapabilities ? WithoutCapabilities : [], .. unread ? Unread : [], .. openFiles is { } most ? ["bash", "-c", $"ulimit -n {most}; exec \"$0\" \"$@\""] : (string[])[], "dotnet", Path.Combine(AppContext.BaseDirectory, "IdempotencyGateway.dll"), "run", "--config", configuration];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var logged = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                logged.Add(line);
                continue;
            }
            var addresses = line[Announcement.Length..].Split(',').Select(address => new Uri(address.Trim())).ToArray();
            return new(process, process.StandardOutput.ReadToEndAsync(), errors, addresses);
        }
        await process.WaitForExitAsync();
        throw new InvalidOperationException($"the gateway ended with {process.ExitCode}: {await errors}{string.Join('\n', logged)}");
    }

    /// <summary>Sends SIGKILL: no handler runs and nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>
    /// Sends SIGABRT, which the runtime raises itself on a fatal error, until the process has ended. The first signal from outside only makes the runtime write its
    /// dump and restore the default handler; a later one kills the process.
    /// </summary>
    public Task CrashAsync() => Eventually.TrueAsync("SIGABRT has ended it", async () =>
    {
        await _process.SignalAsync("-ABRT");
        return _process.HasExited;
    });

    /// <summary>Sends SIGTERM and returns the exit code and the standard error output.</summary>
    public async Task<(int ExitCode, string Errors)> TerminateAsync()
    {
        await _process.SignalAsync("-TERM");
        await _process.WaitForExitAsync();
        return (_process.ExitCode, await _errors);
    }

    /// <summary>Sends SIGHUP, as a closing terminal does. Other daemons take it as the order to reload.</summary>
    public Task HangUpAsync() => _process.SignalAsync("-HUP");

    /// <summary>Sends SIGSTOP: all threads stop where they are, and connections stay open.</summary>
    public Task PauseAsync() => _process.SignalAsync("-STOP");

    public Task ResumeAsync() => _process.SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
