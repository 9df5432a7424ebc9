using System.Diagnostics.Metrics;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>
/// The response to a scrape: the gateway's own metrics since its start, and those of the server, the HTTP client, YARP and the runtime since the first scrape, because
/// collecting them costs every request something, which is wasted if nobody scrapes.
/// </summary>
internal sealed class PrometheusExposition : IDisposable
{
    private static readonly string[] OtherMeters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    private readonly GatewayMetrics _metrics;
    private readonly DoubtCensus _doubts;
    private readonly IMeterFactory _meters;
    private readonly TimeProvider _clock;
    private readonly MetricCollector _collector;
    private readonly Lazy<YarpCounters> _others;

    public PrometheusExposition(GatewayMetrics metrics, DoubtCensus doubts, IMeterFactory meters, TimeProvider clock)
    {
        _metrics = metrics;
        _doubts = doubts;
        _meters = meters;
        _clock = clock;
        _collector = new(clock, metrics.MeasurementDropped);
        _collector.Listen(meter => ReferenceEquals(meter, metrics.Meter));
        _others = new(ListenToOthers);
    }

    public async Task WriteAsync(HttpContext context)
    {
        _ = _others.Value;
        await _doubts.TakeAsync(_clock, context.RequestAborted);
        var openMetrics = WantsOpenMetrics(context.Request.Headers.Accept);
        context.Response.ContentType = openMetrics ? PrometheusText.OpenMetricsType : PrometheusText.PrometheusType;
        await context.Response.WriteAsync(_collector.Collect(families => PrometheusText.Write(families, openMetrics)), context.RequestAborted);
    }

    public void Dispose()
    {
        _collector.Dispose();
        if (_others.IsValueCreated)
            _others.Value.Dispose();
    }

    private YarpCounters ListenToOthers()
    {
        var yarp = new YarpCounters();
        // Other gateways in the same process, as in tests, have another meter factory.
        _collector.Listen(meter => ReferenceEquals(meter, yarp.Meter)
            || (OtherMeters.Contains(meter.Name, StringComparer.Ordinal) && (meter.Scope is null || ReferenceEquals(meter.Scope, _meters))));
        return yarp;
    }

    private static bool WantsOpenMetrics(StringValues accept) =>
        MediaTypeHeaderValue.TryParseList(accept, out var wanted)
        && Quality(wanted, "application/openmetrics-text") is > 0 and var best
        && best >= Quality(wanted, "text/plain");

    private static double Quality(IList<MediaTypeHeaderValue> wanted, string type) => wanted
        .Where(w => w.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
        .Select(w => w.Quality ?? 1).DefaultIfEmpty().Max();
}
