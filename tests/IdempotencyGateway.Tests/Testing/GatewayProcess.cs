using System.Diagnostics;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>The gateway as the process that it is in production, so that it can die like one.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private const string Announcement = "listening on ";
    private readonly Process _process;
    private readonly Task<string> _errors;

    private GatewayProcess(Process process, Task<string> errors, Uri address)
    {
        _process = process;
        _errors = errors;
        Address = address;
    }

    public Uri Address { get; }

    /// <exception cref="InvalidOperationException">It ended instead of listening; the message has its exit code and what it said.</exception>
    public static async Task<GatewayProcess> StartAsync(string configuration)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "IdempotencyGateway.dll"), "run", "--config", configuration])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(Announcement, StringComparison.Ordinal))
                continue;
            _ = process.StandardOutput.ReadToEndAsync();
            return new(process, errors, new Uri(line[Announcement.Length..].Split(',')[0]));
        }
        await process.WaitForExitAsync();
        throw new InvalidOperationException($"the gateway ended with {process.ExitCode}: {await errors}");
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and its exit code with what it wrote to the error stream.</summary>
    public async Task<(int ExitCode, string Errors)> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
