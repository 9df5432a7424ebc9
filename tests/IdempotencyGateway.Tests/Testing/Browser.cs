using System.Diagnostics;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>Chromium, as tests/run.sh installs it, without a window.</summary>
internal static class Browser
{
    /// <summary>The page's elements after it has asked for everything. The browser's time is virtual: it runs on as soon as nothing is being loaded.</summary>
    public static async Task<string> ShownAsync(Uri address)
    {
        using var profile = new TemporaryFolder();
        var start = new ProcessStartInfo("chromium",
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking",
            $"--user-data-dir={profile.Path}", "--virtual-time-budget=4000", "--dump-dom", address.ToString(),
        ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var chromium = Process.Start(start)!;
        var errors = chromium.StandardError.ReadToEndAsync();
        var shown = await chromium.StandardOutput.ReadToEndAsync();
        await chromium.WaitForExitAsync();
        Assert.True(chromium.ExitCode == 0, await errors);
        return shown;
    }
}
