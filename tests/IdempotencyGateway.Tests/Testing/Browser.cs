using System.Diagnostics;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>Headless Chromium, which tests/run.sh installs.</summary>
internal static class Browser
{
    /// <summary>Loads a page and returns its DOM as HTML. The browser's timers run on virtual time, which advances only while no request is pending.</summary>
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
