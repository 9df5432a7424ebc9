using System.Diagnostics.Metrics;
using System.Text;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>An instrument's name by Prometheus' conventions: snake case, with the base unit at the end.</summary>
/// <param name="Family">Without <c>_total</c>.</param>
/// <param name="Unit">Seconds, bytes or ratio; null for counts.</param>
internal sealed record MetricName(string Family, string? Unit)
{
    public static MetricName Of(Instrument instrument, MetricKind kind)
    {
        var name = new StringBuilder(Sanitize(instrument.Name));
        var unit = UnitOf(instrument.Unit, kind);
        if (unit is not null && !EndsWith(name, $"_{unit}"))
            name.Append('_').Append(unit);
        // Prometheus reserves the suffix _count for histograms and _total for counters.
        if (kind == MetricKind.Gauge && EndsWith(name, "_count"))
            name.Length -= "count".Length;
        if (kind == MetricKind.Gauge && name[^1] == '_')
            name.Append("current");
        if (EndsWith(name, "_total"))
            name.Length -= "_total".Length;
        return new(name.ToString(), unit);
    }

    /// <summary>Replaces characters that are not allowed in names of labels and metrics.</summary>
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

/// <summary>The Prometheus type of a family.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
