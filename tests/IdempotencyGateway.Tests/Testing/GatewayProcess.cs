using System.Diagnostics;
using System.Globalization;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>The gateway as the process that it is in production, so that it can die like one.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    /// <summary>What a command is begun with so that it is an ordinary user's, whoever runs the tests.</summary>
    public static readonly string[] WithoutCapabilities = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];

    /// <summary>What a command is begun with so that nobody reads its output once it listens.</summary>
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

    /// <summary>The proxy addresses, then the admin address if there is one.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    public Uri Address => Addresses[0];

    public int Id => _process.Id;

    /// <summary>What it wrote after it listened, once it has ended.</summary>
    public Task<string> Output => _output;

    /// <exception cref="InvalidOperationException">It ended instead of listening; the message has its exit code, what it said and what it logged.</exception>
    /// <param name="powerless">Without root's capabilities, where the tests run as root.</param>
    /// <param name="unread">Nobody reads its standard output once it listens.</param>
    /// <param name="openFiles">It may have so many files open; null for as many as the tests may.</param>
    public static async Task<GatewayProcess> StartAsync(
        string configuration, IReadOnlyDictionary<string, string>? environment = null, bool powerless = false, bool unread = false, int? openFiles = null)
    {
        string[] command = [.. powerless ? WithoutCapabilities : [], .. unread ? Unread : [], .. openFiles is { } most ? ["bash", "-c", $"ulimit -n {most}; exec \"$0\" \"$@\""] : (string[])[], "dotnet", Path.Combine(AppContext.BaseDirectory, "IdempotencyGateway.dll"), "run", "--config", configuration];
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

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>
    /// SIGABRT, as the runtime raises it when it fails itself; on Linux. From outside it has to be said more than once: at the first the runtime
    /// only makes its dump, and then leaves the signal to the kernel.
    /// </summary>
    public Task CrashAsync() => Eventually.TrueAsync("SIGABRT has ended it", async () =>
    {
        await _process.SignalAsync("-ABRT");
        return _process.HasExited;
    });

    /// <summary>SIGTERM, and its exit code with what it wrote to the error stream.</summary>
    public async Task<(int ExitCode, string Errors)> TerminateAsync()
    {
        await _process.SignalAsync("-TERM");
        await _process.WaitForExitAsync();
        return (_process.ExitCode, await _errors);
    }

    /// <summary>SIGHUP, as when its terminal goes, or as others are told to reload.</summary>
    public Task HangUpAsync() => _process.SignalAsync("-HUP");

    /// <summary>SIGSTOP: it stands still between two instructions, connections stay open.</summary>
    public Task PauseAsync() => _process.SignalAsync("-STOP");

    public Task ResumeAsync() => _process.SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
