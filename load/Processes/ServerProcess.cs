using System.Diagnostics;

namespace IdempotencyGateway.Load.Processes;

/// <summary>One server in a process of its own, as it runs in production: its own heap, threads and garbage collector. Ends with this program.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Announcement = "http://";
    private readonly Process _process;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Resident memory, in bytes.</summary>
    public long WorkingSetBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Processor time so far, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts one of the programs that are built beside this one, and waits for the line in which it says where it listens (the first URL in it).</summary>
    /// <exception cref="InvalidOperationException">It ended without saying so; the message has what it said instead.</exception>
    public static async Task<ServerProcess> StartAsync(string assembly, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var at = line.IndexOf(Announcement, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                continue;
            _ = process.StandardOutput.ReadToEndAsync();
            return new(process, new Uri(line[at..].Split(',', ' ')[0]));
        }
        throw new InvalidOperationException($"{assembly} did not start: {await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
