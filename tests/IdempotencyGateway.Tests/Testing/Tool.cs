using System.Diagnostics;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A command-line tool that tests/run.sh installs.</summary>
public static class Tool
{
    /// <returns>The exit code, and standard output followed by standard error.</returns>
    public static async Task<(int ExitCode, string Said)> RunAsync(string name, string[] arguments, string input = "")
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().OrGiveUp();
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Asserts that the tool exits with 0; a failure shows its output.</summary>
    public static async Task SucceedsAsync(string name, string[] arguments, string input = "")
    {
        var (exitCode, said) = await RunAsync(name, arguments, input);
        Assert.True(exitCode == 0, said);
    }
}
