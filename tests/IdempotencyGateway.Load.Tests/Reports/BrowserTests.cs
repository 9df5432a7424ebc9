using System.Diagnostics;
using System.Text.RegularExpressions;
using IdempotencyGateway.Load.Reports;

namespace IdempotencyGateway.Load.Tests.Reports;

public class BrowserTests
{
    [Fact]
    public async Task A_browser_finds_every_plot_where_it_belongs()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "report.html");
            await File.WriteAllTextAsync(file, HtmlReport.Write(SampleReport.Create()));

            var shown = await ShownByChromiumAsync(file, folder.FullName);

            // Two runs with three plots each, four that show them side by side, one of the comparison.
            Assert.Equal(11, Regex.Count(shown, "<figure><figcaption>[^/]*?.*?</figcaption><svg viewBox=.*?</svg></figure>"));
            Assert.Equal((2 * 4) + 2, Regex.Count(shown, "<polyline points=\"[^\"]+\" class=\"[a-f]\">"));
            Assert.Equal((3 * 2) + 2, Regex.Count(shown, "<rect [^>]*><title>"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The page's elements as the browser understood them.</summary>
    private static async Task<string> ShownByChromiumAsync(string file, string folder)
    {
        var start = new ProcessStartInfo("chromium",
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking",
            $"--user-data-dir={Path.Combine(folder, "profile")}", "--dump-dom", new Uri(file).AbsoluteUri,
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
