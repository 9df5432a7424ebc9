using System.Text.RegularExpressions;
using IdempotencyGateway.Load.Reports;
using IdempotencyGateway.Tests.Testing;

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

            var shown = await Browser.ShownAsync(new(file));

            // Three plots for each of two runs, four that show the runs side by side, and one of the comparison.
            Assert.Equal(11, Regex.Count(shown, "<figure><figcaption>[^/]*?.*?</figcaption><svg viewBox=.*?</svg></figure>"));
            Assert.Equal((2 * 4) + 2, Regex.Count(shown, "<polyline points=\"[^\"]+\" class=\"[a-f]\">"));
            Assert.Equal((3 * 2) + 2, Regex.Count(shown, "<rect [^>]*><title>"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
