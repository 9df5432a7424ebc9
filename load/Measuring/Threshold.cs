using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace IdempotencyGateway.Load.Measuring;

/// <summary>A condition on a run's result, such as <c>p99 &lt;= 50ms</c>, <c>rate &gt;= 1000</c> or <c>errors &lt;= 0.1%</c>.</summary>
internal sealed partial record Threshold(string Metric, bool AtMost, double Limit)
{
    public const string Form = "p50, p90, p99, p99.9, max or mean with a time (p99<=50ms, max<=2s), rate>=1000 (answers per second), errors<=0.1% (of all requests)";

    /// <summary>No request may fail unless a run says otherwise.</summary>
    public static Threshold NoErrors { get; } = new("errors", AtMost: true, 0);

    public static bool TryParse(string text, [NotNullWhen(true)] out Threshold? threshold)
    {
        threshold = null;
        var match = Written().Match(text);
        if (!match.Success)
            return false;
        var metric = match.Groups["metric"].Value;
        var number = double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        var scale = (metric, match.Groups["unit"].Value) switch
        {
            ("rate", "") => 1,
            ("errors", "%") => 0.01,
            (not ("rate" or "errors"), "us") => 0.001,
            (not ("rate" or "errors"), "ms") => 1,
            (not ("rate" or "errors"), "s") => 1000,
            _ => double.NaN,
        };
        if (double.IsNaN(scale) || (metric.StartsWith('p') && ShareOf(metric) is not (> 0 and < 1)))
            return false;
        threshold = new(metric, match.Groups["sign"].Value == "<=", number * scale);
        return true;
    }

    public Check Judge(Measurement run)
    {
        var value = ValueIn(run);
        return new(ToString(), Write(value), AtMost ? value <= Limit : value >= Limit);
    }

    public override string ToString() => $"{Metric}{(AtMost ? "<=" : ">=")}{Write(Limit)}";

    /// <summary>The run's value of the metric: milliseconds, answers per second, or the share of errors.</summary>
    private double ValueIn(Measurement run) => Metric switch
    {
        "rate" => run.PerSecond,
        "errors" => run.Requests == 0 ? 0 : (double)run.Errors / run.Requests,
        "max" => run.Latencies.Highest.TotalMilliseconds,
        "mean" => run.Latencies.Mean.TotalMilliseconds,
        _ => run.Latencies.Percentile(ShareOf(Metric)).TotalMilliseconds,
    };

    private string Write(double value) => Metric switch
    {
        "rate" => value.ToString("0.###", CultureInfo.InvariantCulture),
        "errors" => (value * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%",
        _ => value.ToString("0.###", CultureInfo.InvariantCulture) + "ms",
    };

    private static double ShareOf(string metric) => double.Parse(metric.AsSpan(1), CultureInfo.InvariantCulture) / 100;

    [GeneratedRegex(@"^\s*(?<metric>p\d{1,2}(\.\d+)?|max|mean|rate|errors)\s*(?<sign><=|>=)\s*(?<number>\d+(\.\d+)?)\s*(?<unit>us|ms|s|%|)\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Written();
}
