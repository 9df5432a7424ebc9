using System.Diagnostics.Metrics;
using IdempotencyGateway.Telemetry.Exposition;

namespace IdempotencyGateway.Tests.Telemetry.Exposition;

public class MetricNameTests
{
    [Theory]
    [InlineData("http.server.request.duration", "s", MetricKind.Histogram, "http_server_request_duration_seconds")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", MetricKind.Counter, "dotnet_gc_heap_total_allocated_bytes")]
    [InlineData("kestrel.active_connections", "{connection}", MetricKind.Gauge, "kestrel_active_connections")]
    [InlineData("dotnet.thread_pool.thread.count", "{thread}", MetricKind.Gauge, "dotnet_thread_pool_thread_current")]
    [InlineData("dotnet.thread_pool.work_item.count", "{work_item}", MetricKind.Counter, "dotnet_thread_pool_work_item_count")]
    [InlineData("cache.fill", "1", MetricKind.Gauge, "cache_fill_ratio")]
    [InlineData("requests_total", null, MetricKind.Counter, "requests")]
    [InlineData("wait_seconds", "s", MetricKind.Histogram, "wait_seconds")]
    public void An_instrument_gets_the_name_that_Prometheus_users_expect(string name, string? unit, object kind, string family)
    {
        using var meter = new Meter("tested");

        Assert.Equal(family, MetricName.Of(meter.CreateCounter<long>(name, unit), (MetricKind)kind).Family);
    }
}
