using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>
/// Exposes YARP's event counters as instruments of a meter. YARP has no meter; it publishes its counters once a second. At the level used here it writes none of its other
/// events.
/// </summary>
internal sealed class YarpCounters : EventListener
{
    public const string MeterName = "Yarp.ReverseProxy";

    // Initialized inline, because the base class's constructor already calls OnEventSourceCreated.
    private readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);

    public YarpCounters()
    {
        Meter = new(MeterName);
        Meter.CreateObservableCounter("yarp.requests_started", () => Read("requests-started"), "{request}", "Requests that YARP began to forward, by its own count.");
        Meter.CreateObservableCounter("yarp.requests_failed", () => Read("requests-failed"), "{request}", "Requests that YARP failed to forward, by its own count.");
        Meter.CreateObservableGauge("yarp.requests_under_way", () => Read("current-requests"), "{request}", "Requests that YARP forwards at the moment.");
    }

    public Meter Meter { get; }

    public override void Dispose()
    {
        Meter.Dispose();
        base.Dispose();
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == MeterName)
            EnableEvents(eventSource, EventLevel.LogAlways, EventKeywords.None, new Dictionary<string, string?>(StringComparer.Ordinal) { ["EventCounterIntervalSec"] = "1" });
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData is { EventName: "EventCounters", Payload: [IDictionary<string, object> counter] }
            && counter.TryGetValue("Name", out var name) && counter.TryGetValue("Mean", out var value))
        {
            _values[(string)name] = (double)value;
        }
    }

    private IEnumerable<Measurement<double>> Read(string counter) => _values.TryGetValue(counter, out var value) ? [new(value)] : [];
}
