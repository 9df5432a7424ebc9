using System.Diagnostics.Metrics;
using System.Text;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>An instrument's name as Prometheus' conventions want it: snake case, the base unit at its end.</summary>
/// <param name="Family">Without <c>_total</c>.</param>
/// <param name="Unit">Seconds, bytes, ratio; null for things that are counted.</param>
internal sealed record MetricName(string Family, string? Unit)
{
    public static MetricName Of(Instrument instrument, MetricKind kind)
    {
        var name = new StringBuilder(Sanitize(instrument.Name));
        var unit = UnitOf(instrument.Unit, kind);
        if (unit is not null && !EndsWith(name, $"_{unit}"))
            name.Append('_').Append(unit);
        // _count belongs to histograms there, _total to counters.
        if (kind == MetricKind.Gauge && EndsWith(name, "_count"))
            name.Length -= "count".Length;
        if (kind == MetricKind.Gauge && name[^1] == '_')
            name.Append("current");
        if (EndsWith(name, "_total"))
            name.Length -= "_total".Length;
        return new(name.ToString(), unit);
    }

    /// <summary>A label's name, or the rest of a metric's.</summary>
    public static string Sanitize(string name) => string.Create(name.Length, name, static (to, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            to[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
    });

    private static string? UnitOf(string? unit, MetricKind kind) => unit switch
    {
        "s" => "seconds",
        "By" => "bytes",
        "1" when kind == MetricKind.Gauge => "ratio",
        _ => null,
    };

    private static bool EndsWith(StringBuilder name, string end) =>
        name.Length >= end.Length && name.ToString(name.Length - end.Length, end.Length) == end;
}

/// <summary>What a family of series is to Prometheus.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
