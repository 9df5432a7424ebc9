using System.Collections.Concurrent;
using System.Globalization;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>All series of one instrument. Bounded: beyond the limit, measurements with new labels are dropped and counted.</summary>
internal sealed class MetricFamily
{
    public const int SeriesLimit = 1000;

    private readonly Func<string, Series> _make;
    private readonly Action _refused;
    private readonly ConcurrentDictionary<LabelSet, Series> _series = new(LabelSet.Comparer.Instance);
    private readonly ConcurrentDictionary<LabelSet, Series>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _byTags;
    private int _count;

    /// <param name="make">Creates a series from its formatted labels.</param>
    /// <param name="refused">Called for every measurement that is dropped.</param>
    public MetricFamily(MetricName name, MetricKind kind, string help, Func<string, Series> make, Action refused)
    {
        Name = name;
        Kind = kind;
        Help = help;
        _make = make;
        _refused = refused;
        _byTags = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    public MetricName Name { get; }

    public MetricKind Kind { get; }

    public string Help { get; }

    public IEnumerable<Series> Series => _series.Values.OrderBy(series => series.Labels, StringComparer.Ordinal);

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_byTags.TryGetValue(tags, out var known))
            known.Measure(value);
        else
            MeasureFirst(value, tags);
    }

    /// <summary>Called before the observable instruments are read, so that series that are no longer reported are left out.</summary>
    public void ForgetLatest()
    {
        foreach (var series in _series.Values.OfType<LatestSeries>())
            series.Forget();
    }

    private void MeasureFirst(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Interlocked.Increment(ref _count) > SeriesLimit)
        {
            Interlocked.Decrement(ref _count);
            _refused();
            return;
        }
        var made = _make(Write(tags));
        var kept = _series.GetOrAdd(new LabelSet(tags.ToArray()), made);
        if (!ReferenceEquals(made, kept))
            Interlocked.Decrement(ref _count);
        kept.Measure(value);
    }

    private static string Write(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<string>(tags.Length);
        foreach (var (name, value) in tags)
            labels.Add($"{MetricName.Sanitize(name)}=\"{PrometheusText.Escape(Text(value))}\"");
        labels.Sort(StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    private static string Text(object? value) => value switch
    {
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
