using System.Diagnostics;
using System.Globalization;

namespace IdempotencyGateway.Load.Servers;

/// <summary>A server in its own process, as in production, with its own heap, threads and garbage collector. It is ended with this program.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri address, TimeSpan startedIn)
    {
        _process = process;
        Address = address;
        StartedIn = startedIn;
        AppDomain.CurrentDomain.ProcessExit += End;
    }

    public Uri Address { get; }

    /// <summary>The time from the start of the process to the output line that says that it is ready.</summary>
    public TimeSpan StartedIn { get; }

    /// <summary>The resident memory of the process and its worker processes, in bytes.</summary>
    public long WorkingSetBytes => Sum(process => process.WorkingSet64);

    /// <summary>The user and system time so far of the process and its worker processes.</summary>
    public TimeSpan ProcessorTime => TimeSpan.FromTicks(Sum(process => process.TotalProcessorTime.Ticks));

    /// <summary>Starts the process and waits until it is ready.</summary>
    /// <param name="arguments">The program and its arguments.</param>
    /// <param name="ready">Called with each line of output. Returns the address on which the server listens, once a line says that it does, and null before.</param>
    /// <exception cref="InvalidOperationException">The program is not installed, or ended before it was ready; the message contains its output.</exception>
    public static async Task<ServerProcess> StartAsync(string[] arguments, Func<string, Uri?> ready)
    {
        var start = new ProcessStartInfo(arguments[0], arguments[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var said = new List<string>();
        var listening = new TaskCompletionSource<Uri?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.Exited += (_, _) => listening.TrySetResult(null);
        var began = Stopwatch.GetTimestamp();
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"{arguments[0]} cannot be started: {missing.Message}", missing);
        }
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (await listening.Task is { } address)
            return new(process, address, Stopwatch.GetElapsedTime(began));
        await process.WaitForExitAsync();
        lock (said)
            throw new InvalidOperationException($"{string.Join(' ', arguments)} did not start: {string.Join('\n', said)}");

        void Hear(object sender, DataReceivedEventArgs line)
        {
            // The last output may arrive after the process has exited.
            if (line.Data is null || listening.Task is { IsCompleted: true, Result: not null })
                return;
            lock (said)
                said.Add(line.Data);
            if (ready(line.Data) is { } address)
                listening.TrySetResult(address);
        }
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= End;
        End(this, EventArgs.Empty);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void End(object? sender, EventArgs e)
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
    }

    private long Sum(Func<Process, long> part)
    {
        _process.Refresh();
        var sum = part(_process);
        foreach (var id in WorkerIds())
        {
            using var worker = Process.GetProcessById(id);
            sum += part(worker);
        }
        return sum;
    }

    /// <summary>The ids of the worker processes. Only available on Linux.</summary>
    private int[] WorkerIds()
    {
        var children = $"/proc/{_process.Id}/task/{_process.Id}/children";
        return File.Exists(children)
            ? [.. File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))]
            : [];
    }
}
