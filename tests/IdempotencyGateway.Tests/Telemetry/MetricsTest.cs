using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Telemetry.Exposition;

namespace IdempotencyGateway.Tests.Telemetry;

/// <summary>Base class for tests of the gateway's metrics without a gateway, with the text that a scrape would get.</summary>
public abstract class MetricsTest : IDisposable
{
    private readonly MetricCollector _collector;

    protected MetricsTest()
    {
        _collector = new(TimeProvider.System, Metrics.MeasurementDropped);
        _collector.Listen(meter => ReferenceEquals(meter, Metrics.Meter));
    }

    private protected GatewayMetrics Metrics { get; } = new();

    public void Dispose()
    {
        _collector.Dispose();
        Metrics.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string Text() => _collector.Collect(static families => PrometheusText.Write(families, openMetrics: false));
}
