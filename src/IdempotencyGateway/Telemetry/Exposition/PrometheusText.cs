using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>Formats families as text: Prometheus' format 0.0.4, or OpenMetrics 1.0, which adds units, exemplars and an end marker.</summary>
internal sealed class PrometheusText(bool openMetrics)
{
    public const string PrometheusType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private readonly StringBuilder _text = new(32 * 1024);

    public static string Write(IReadOnlyList<MetricFamily> families, bool openMetrics)
    {
        var writer = new PrometheusText(openMetrics);
        foreach (var family in families)
            writer.Write(family);
        if (openMetrics)
            writer._text.Append("# EOF\n");
        return writer._text.ToString();
    }

    public static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal);

    private void Write(MetricFamily family)
    {
        var name = family.Name.Family;
        var sample = family.Kind == MetricKind.Counter ? $"{name}_total" : name;
        var series = family.Series.Where(s => s is not LatestSeries { IsKnown: false }).ToList();
        if (series.Count == 0)
            return;
        // The metadata lines name the family in OpenMetrics, and the sample in the older format.
        var announced = openMetrics ? name : sample;
        _text.Append("# HELP ").Append(announced).Append(' ').Append(EscapeHelp(family.Help)).Append('\n');
        _text.Append("# TYPE ").Append(announced).Append(' ').Append(TypeOf(family.Kind)).Append('\n');
        if (openMetrics && family.Name.Unit is { } unit)
            _text.Append("# UNIT ").Append(announced).Append(' ').Append(unit).Append('\n');
        foreach (var one in series)
        {
            switch (one)
            {
                case SumSeries sum:
                    WriteSample(sample, one.Labels, sum.Value);
                    break;
                case LatestSeries latest:
                    WriteSample(sample, one.Labels, latest.Value);
                    break;
                case HistogramSeries histogram:
                    WriteHistogram(name, histogram);
                    break;
                default:
                    throw new InvalidOperationException("no such series");
            }
        }
    }

    private void WriteHistogram(string name, HistogramSeries histogram)
    {
        var count = 0L;
        var comma = histogram.Labels.Length == 0 ? "" : ",";
        for (var bucket = 0; bucket <= histogram.Bounds.Count; bucket++)
        {
            count += histogram.CountIn(bucket);
            var bound = bucket < histogram.Bounds.Count ? Bound(histogram.Bounds[bucket]) : "+Inf";
            _text.Append(name).Append("_bucket{").Append(histogram.Labels).Append(comma).Append("le=\"").Append(bound).Append("\"} ")
                .Append(CultureInfo.InvariantCulture, $"{count}");
            if (openMetrics && histogram.ExemplarOf(bucket) is { } exemplar)
                WriteExemplar(exemplar);
            _text.Append('\n');
        }
        WriteSample($"{name}_sum", histogram.Labels, histogram.Sum);
        WriteSample($"{name}_count", histogram.Labels, count);
    }

    private void WriteExemplar(Exemplar exemplar) => _text.Append(
        CultureInfo.InvariantCulture,
        $" # {{trace_id=\"{exemplar.Trace}\"}} {Number(exemplar.Value)} {exemplar.At.ToUnixTimeMilliseconds() / 1000.0:0.000}");

    private void WriteSample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string TypeOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        MetricKind.Histogram => "histogram",
        _ => throw new InvalidOperationException("no such kind"),
    };

    /// <summary>With a decimal point, as OpenMetrics requires. The older format uses the same, so that both produce the same series.</summary>
    private static string Bound(double bound) => double.IsInteger(bound) ? bound.ToString("0.0", CultureInfo.InvariantCulture) : Number(bound);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private string EscapeHelp(string help) => openMetrics
        ? Escape(help)
        : help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
