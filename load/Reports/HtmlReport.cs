using System.Globalization;
using System.Net;
using System.Text;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Reports;

/// <summary>Writes a report as one self-contained HTML page, without scripts or external resources.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --a: #2563eb; --b: #d97706; --c: #059669; --d: #db2777; --e: #7c3aed; --f: #0891b2; --grid: #8884; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .2rem; border-top: 1px solid var(--grid); padding-top: 1rem; }
        p { margin: .2rem 0 .6rem; } figure { margin: 0; } figcaption { font-size: .85rem; opacity: .8; }
        .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 1rem; }
        table { border-collapse: collapse; margin: .4rem 0 1rem; } th, td { text-align: right; padding: .15rem .7rem; border-bottom: 1px solid var(--grid); }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: currentColor; } .grid { stroke: var(--grid); }
        polyline { fill: none; stroke-width: 2; } polyline.a { stroke: var(--a); } polyline.b { stroke: var(--b); } polyline.c { stroke: var(--c); }
        polyline.d { stroke: var(--d); } polyline.e { stroke: var(--e); } polyline.f { stroke: var(--f); }
        rect.a, i.a { fill: var(--a); background: var(--a); } rect.b, i.b { fill: var(--b); background: var(--b); } rect.c, i.c { fill: var(--c); background: var(--c); }
        rect.d, i.d { fill: var(--d); background: var(--d); } rect.e, i.e { fill: var(--e); background: var(--e); } rect.f, i.f { fill: var(--f); background: var(--f); }
        i { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 .8em; border-radius: 2px; }
        .good { color: #059669; } .bad { color: #dc2626; font-weight: 600; }
        """;

    public static string Write(Report report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Load report</title><style>{Style}</style></head><body>
            <h1>Load report</h1><p>{Text(report.Machine)}, {report.At:yyyy-MM-dd HH:mm} UTC</p>

            """);
        if (report.Runs.Count > 1)
            WriteOverview(report.Runs, page);
        foreach (var run in report.Runs)
            WriteRun(run, page);
        foreach (var comparison in report.Comparisons)
            WriteComparison(comparison, page);
        return page.Append("</body></html>\n").ToString();
    }

    private static void WriteOverview(IReadOnlyList<RunResult> runs, StringBuilder page)
    {
        page.Append("<h2>Side by side</h2><div class=\"plots\">");
        Plot(page, "throughput", Plots.Bars("/s", [.. runs.Select(run => (run.Scenario, run.PerSecond))]));
        Plot(page, "99th percentile", Plots.Bars("ms", [.. runs.Select(run => (run.Scenario, run.Latency.P99Ms))]));
        Plot(page, "processor time of the servers per request", Plots.Bars("us", [.. runs.Select(run => (run.Scenario, run.ProcessorMicroseconds))]));
        Plot(page, $"latency by percentile:{Legend(runs.Select(run => run.Scenario))}", Plots.Percentiles(runs));
        page.Append("</div>");
    }

    private static void WriteRun(RunResult run, StringBuilder page)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(run.Scenario)}</h2><p>{Text(run.Says)}. {Text(run.Load)}, {Numbers.Of(run.Seconds)} s.</p>");
        Table(
            page,
            ["requests", "per second", "processor us", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms"],
            [[.. new[] { run.Requests, run.PerSecond, run.ProcessorMicroseconds, run.Latency.P50Ms, run.Latency.P90Ms, run.Latency.P99Ms, run.Latency.P999Ms, run.Latency.HighestMs }.Select(Numbers.Of)]]);
        page.Append("<p>");
        foreach (var check in run.Checks)
            page.Append(CultureInfo.InvariantCulture, $"<span class=\"{(check.IsKept ? "good" : "bad")}\">{(check.IsKept ? "kept" : "broken")}</span> {Text(check.What)} (was {Text(check.Found)})<br>");
        foreach (var (reason, times) in run.Failures)
            page.Append(CultureInfo.InvariantCulture, $"<span class=\"bad\">failed</span> {times:N0} times {Text(reason)}<br>");
        page.Append("</p><div class=\"plots\">");
        Plot(page, "answers per second, over time", Plots.Throughput(run));
        Plot(page, $"latency over time:{Legend(["median", "99th percentile"])}", Plots.Latency(run));
        Plot(page, "latency by percentile", Plots.Percentiles([run]));
        page.Append("</div>");
    }

    private static void WriteComparison(ComparisonResult comparison, StringBuilder page)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(comparison.Name)}</h2><p>{Text(comparison.Says)}</p>");
        Table(
            page,
            ["figure", "value (rounds)", "target", ""],
            [.. comparison.Figures.Select(figure => new[] { figure.What, Numbers.Of(figure), figure.Target?.ToString() ?? "", figure.Verdict is { } verdict ? Numbers.Of(verdict) : "" })]);
        page.Append("<div class=\"plots\">");
        foreach (var measures in comparison.Sides.SelectMany(side => side.Measures, (side, measure) => (side.Side, measure)).GroupBy(pair => (pair.measure.What, pair.measure.Unit)))
            Plot(page, $"{Text(measures.Key.What)}, median round", Plots.Bars(measures.Key.Unit, [.. measures.Select(pair => (pair.Side, pair.measure.Median))]));
        page.Append("</div>");
    }

    private static void Table(StringBuilder page, string[] heads, IEnumerable<string[]> rows)
    {
        page.Append("<table><tr>").AppendJoin("", heads.Select(head => $"<th>{Text(head)}</th>")).Append("</tr>");
        foreach (var row in rows)
            page.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{Text(cell)}</td>")).Append("</tr>");
        page.Append("</table>");
    }

    private static void Plot(StringBuilder page, string captionMarkup, string svg) =>
        page.Append("<figure><figcaption>").Append(captionMarkup).Append("</figcaption>").Append(svg).Append("</figure>");

    private static string Legend(IEnumerable<string> names) =>
        string.Concat(names.Select((name, i) => $"<i class=\"{Plots.Colour(i)}\"></i>{Text(name)}"));

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
