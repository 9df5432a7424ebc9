using IdempotencyGateway.Limits;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Telemetry.Exposition;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

public sealed class LimitMetricsTests
{
    [Fact]
    public void Every_limit_has_a_label_of_its_own_and_costs_no_allocation()
    {
        using var metrics = new GatewayMetrics();
        using var collector = new MetricCollector(TimeProvider.System, metrics.MeasurementDropped);
        collector.Listen(meter => ReferenceEquals(meter, metrics.Meter));
        MeetAll(metrics);
        var before = GC.GetAllocatedBytesForCurrentThread();
        MeetAll(metrics);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        var samples = collector.Collect(static families => PrometheusText.Write(families, openMetrics: false)).Split('\n')
            .Where(line => line.StartsWith("idempotency_gateway_limits_reached_total{", StringComparison.Ordinal));

        Assert.Equal(2 * All.Length, samples.Count(sample => sample.EndsWith(" 2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_scrape_tells_which_limit_was_met_and_what_is_under_way()
    {
        await using var provider = ScriptedProvider.Start();
        await using var observed = await ObservedGateway.StartAsync(provider.Address, setup =>
        {
            var listens = setup.Adjust;
            setup.Adjust = snapshot => listens(snapshot) with { Limits = new() { BufferedBodiesPerCallerBytes = 10 } };
        });
        using (await observed.Gateway.SendAsync("k"))
        {
        }

        var text = await observed.ScrapeAsync();

        Assert.Equal(1, ObservedGateway.Value(text, """idempotency_gateway_limits_reached_total{limit="buffered_bodies",scope="caller"}"""));
        Assert.Equal(1, ObservedGateway.Value(text, """idempotency_gateway_problems_total{code="caller-limit-reached"}"""));
        Assert.Equal(1, ObservedGateway.Value(text, "idempotency_gateway_connections"));
        Assert.NotNull(ObservedGateway.Value(text, "idempotency_gateway_requests_under_way"));
        Assert.Equal(256 * 1024 * 1024, ObservedGateway.Value(text, "idempotency_gateway_held_answers_limit_bytes"));
    }

    private static readonly LimitedThing[] All = Enum.GetValues<LimitedThing>();

    private static void MeetAll(GatewayMetrics metrics)
    {
        foreach (var thing in All)
        {
            metrics.LimitReached(thing, ofCaller: true);
            metrics.LimitReached(thing, ofCaller: false);
        }
    }
}
