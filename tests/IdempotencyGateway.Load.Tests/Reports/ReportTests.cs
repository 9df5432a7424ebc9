using System.Text.RegularExpressions;
using IdempotencyGateway.Load.Reports;

namespace IdempotencyGateway.Load.Tests.Reports;

public partial class ReportTests
{
    [Fact]
    public void Json_is_read_as_it_was_written()
    {
        var written = JsonReport.Write(SampleReport.Create());

        Assert.Equal(written, JsonReport.Write(JsonReport.Read(written)));
        Assert.Contains("\"what\": \"throughput ratio\"", written, StringComparison.Ordinal);
        Assert.Contains("\"verdict\": \"pass\"", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_tells_ratios_with_their_spread_and_verdict_and_what_was_broken()
    {
        using var output = new StringWriter();

        TextReport.Write(SampleReport.Create(), output);

        Assert.Contains("first-call: throughput ratio 0.61 (0.55 to 0.64)   pass (required >= 0.6, goal >= 0.75)", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("failed: 3 times status 503 instead of 201", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("BROKEN errors<=0% (was 0.15%)", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("p50 1.00   p90 1.80", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_from_elsewhere_and_runs_nothing()
    {
        var page = HtmlReport.Write(SampleReport.Create());

        Assert.DoesNotMatch(Elsewhere(), page);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("First&lt;Call&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("First<Call>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.0123, "0.012")]
    [InlineData(0.608, "0.61")]
    [InlineData(12.34, "12.3")]
    [InlineData(345.6, "346")]
    [InlineData(12345.6, "12,346")]
    public void A_number_has_as_many_digits_as_one_reads(double value, string written) => Assert.Equal(written, Numbers.Of(value));

    [GeneratedRegex(@"https?://|\bsrc=|\bhref=|@import|url\(", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();
}
