using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>Listens to instruments and aggregates their measurements by family. A measurement costs a lookup and an addition: no lock, no allocation.</summary>
internal sealed class MetricCollector(TimeProvider clock, Action measurementRefused) : IDisposable
{
    /// <summary>OpenTelemetry's default buckets, for histograms of seconds that advise none.</summary>
    private static readonly double[] UsualSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly List<MeterListener> _listeners = [];
    private readonly Lock _collecting = new();

    /// <summary>Starts listening to the meters that are wanted, including instruments that are created later.</summary>
    public void Listen(Func<Meter, bool> wanted)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (wanted(instrument.Meter) && FamilyOf(instrument) is { } family)
                    listener.EnableMeasurementEvents(instrument, family);
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Measure(value, tags));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Measure(value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Measure(value, tags));
        listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => ((MetricFamily)family!).Measure(value, tags));
        listener.Start();
        lock (_collecting)
            _listeners.Add(listener);
    }

    /// <summary>Reads the observable instruments, then passes all families to <paramref name="read"/>.</summary>
    /// <param name="read">Gets the families ordered by name. Runs under a lock, so that no concurrent scrape changes the values.</param>
    public T Collect<T>(Func<IReadOnlyList<MetricFamily>, T> read)
    {
        lock (_collecting)
        {
            foreach (var family in _families.Values)
                family.ForgetLatest();
            foreach (var listener in _listeners)
                Ask(listener);
            return read([.. _families.Values.OrderBy(family => family.Name.Family, StringComparer.Ordinal)]);
        }
    }

    public void Dispose()
    {
        lock (_collecting)
            _listeners.ForEach(listener => listener.Dispose());
    }

    private static void Ask(MeterListener listener)
    {
        try
        {
            listener.RecordObservableInstruments();
        }
        catch (AggregateException)
        {
            // An instrument failed, because its owner is being disposed. Only its own values are missing.
        }
    }

    private MetricFamily? FamilyOf(Instrument instrument)
    {
        var type = instrument.GetType();
        var form = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (form == typeof(Counter<>))
            return Family(instrument, MetricKind.Counter, static labels => new SumSeries(labels));
        if (form == typeof(UpDownCounter<>))
            return Family(instrument, MetricKind.Gauge, static labels => new SumSeries(labels));
        if (form == typeof(ObservableCounter<>))
            return Family(instrument, MetricKind.Counter, static labels => new LatestSeries(labels));
        if (form == typeof(ObservableUpDownCounter<>) || form == typeof(ObservableGauge<>))
            return Family(instrument, MetricKind.Gauge, static labels => new LatestSeries(labels));
        return form == typeof(Histogram<>) ? HistogramFamily(instrument) : null;
    }

    private MetricFamily HistogramFamily(Instrument instrument)
    {
        double[] advised = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } sizes } => [.. sizes],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } sizes } => [.. sizes.Select(size => (double)size)],
            _ => [],
        };
        var bounds = advised.Length > 0 ? advised : UsualSeconds;
        return Family(instrument, MetricKind.Histogram, labels => new HistogramSeries(labels, bounds, clock));
    }

    private MetricFamily Family(Instrument instrument, MetricKind kind, Func<string, Series> make)
    {
        var name = MetricName.Of(instrument, kind);
        return _families.GetOrAdd(name.Family, _ => new(name, kind, instrument.Description ?? instrument.Name, make, measurementRefused));
    }
}
