using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Reports;

/// <summary>The plots of the HTML report.</summary>
internal static class Plots
{
    private const int Width = 560;
    private const int Height = 240;
    private const int Left = 62;
    private const int Right = 26;
    private const int Top = 14;
    private const int Bottom = 34;
    private const int BarHeight = 26;

    /// <summary>Answers per second over time.</summary>
    public static string Throughput(RunResult run)
    {
        var x = Axis.Linear(Left, Width - Right, run.Timeline.Select(point => point.AtSeconds).DefaultIfEmpty().Max());
        var y = Axis.Linear(Height - Bottom, Top, run.Timeline.Select(point => point.PerSecond).DefaultIfEmpty().Max());
        var svg = Frame(x, y, "s", "/s");
        return svg.Polyline(run.Timeline.Select(point => (x.Place(point.AtSeconds), y.Place(point.PerSecond))), "a").ToString();
    }

    /// <summary>Median and 99th percentile over time, in milliseconds on a logarithmic axis.</summary>
    public static string Latency(RunResult run)
    {
        var timeline = run.Timeline.Where(point => point.P50Ms > 0).ToArray();
        var x = Axis.Linear(Left, Width - Right, timeline.Select(point => point.AtSeconds).DefaultIfEmpty().Max());
        var y = Axis.Logarithmic(Height - Bottom, Top, timeline.Select(point => point.P50Ms).DefaultIfEmpty(1).Min(), timeline.Select(point => point.P99Ms).DefaultIfEmpty(1).Max());
        return Frame(x, y, "s", "ms")
            .Polyline(timeline.Select(point => (x.Place(point.AtSeconds), y.Place(point.P50Ms))), "a")
            .Polyline(timeline.Select(point => (x.Place(point.AtSeconds), y.Place(point.P99Ms))), "b")
            .ToString();
    }

    /// <summary>Latency by percentile. Each mark on the horizontal axis adds one nine.</summary>
    public static string Percentiles(IReadOnlyList<RunResult> runs)
    {
        var curves = runs.Select(run => run.Latency.Curve.Where(point => point.Ms > 0).ToArray()).ToArray();
        var all = curves.SelectMany(curve => curve).Select(point => point.Ms).DefaultIfEmpty(1).ToArray();
        var x = new Axis(Left, Width - Right, Most: 10_000, Least: 1);
        var y = Axis.Logarithmic(Height - Bottom, Top, all.Min(), all.Max());
        var svg = Frame(x, y, "", "ms", share => share switch { 1 => "0 %", 10 => "90 %", 100 => "99 %", 1000 => "99.9 %", _ => "99.99 %" });
        for (var i = 0; i < curves.Length; i++)
            svg.Polyline(curves[i].Select(point => (x.Place(1 / (1 - point.Share)), y.Place(point.Ms))), Colour(i));
        return svg.ToString();
    }

    /// <summary>One measure of several sides, as bars.</summary>
    public static string Bars(string unit, IReadOnlyList<(string Name, double Value)> bars)
    {
        const int Names = 150;
        const int Values = 90;
        var x = new Axis(0, Width - Names - Values, bars.Max(bar => bar.Value));
        var svg = new Svg(Width, (bars.Count * BarHeight) + 4);
        for (var i = 0; i < bars.Count; i++)
        {
            var (name, value) = bars[i];
            var shown = $"{Numbers.Of(value)} {unit}";
            svg.Text(Names - 8, (i * BarHeight) + 19, name, "end")
                .Bar(Names, (i * BarHeight) + 4, x.Place(value), BarHeight - 8, Colour(i), $"{name}: {shown}")
                .Text(Names + x.Place(value) + 6, (i * BarHeight) + 19, shown);
        }
        return svg.ToString();
    }

    public static string Colour(int number) => "abcdef"[number % 6].ToString();

    private static Svg Frame(Axis x, Axis y, string xUnit, string yUnit, Func<double, string>? name = null)
    {
        var svg = new Svg(Width, Height);
        foreach (var mark in y.Marks)
        {
            svg.Line(Left, y.Place(mark), Width - Right, y.Place(mark), "grid")
                .Text(Left - 6, y.Place(mark) + 4, $"{Numbers.Of(mark)} {yUnit}".Replace(" /", "/", StringComparison.Ordinal), "end");
        }
        foreach (var mark in x.Marks)
            svg.Text(x.Place(mark), Height - Bottom + 18, name?.Invoke(mark) ?? $"{Numbers.Of(mark)} {xUnit}", "middle");
        return svg;
    }
}
