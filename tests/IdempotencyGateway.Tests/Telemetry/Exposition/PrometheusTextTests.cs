using System.Diagnostics;
using System.Diagnostics.Metrics;
using IdempotencyGateway.Telemetry.Exposition;

namespace IdempotencyGateway.Tests.Telemetry.Exposition;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new("tested");
    private readonly MetricCollector _collector;
    private int _refused;

    public PrometheusTextTests()
    {
        _collector = new(TimeProvider.System, () => _refused++);
        _collector.Listen(meter => ReferenceEquals(meter, _meter));
    }

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_counter_is_a_total()
    {
        var counter = _meter.CreateCounter<long>("door.openings", "{opening}", "How often.");
        counter.Add(2, new KeyValuePair<string, object?>("door", "front"));
        counter.Add(3, new KeyValuePair<string, object?>("door", "front"));

        Assert.Equal(
            """
            # HELP door_openings_total How often.
            # TYPE door_openings_total counter
            door_openings_total{door="front"} 5

            """,
            Text());
    }

    [Fact]
    public void OpenMetrics_names_the_family_its_unit_and_the_end()
    {
        _meter.CreateCounter<double>("door.open", "s", "How long.").Add(1.5);

        Assert.Equal(
            """
            # HELP door_open_seconds How long.
            # TYPE door_open_seconds counter
            # UNIT door_open_seconds seconds
            door_open_seconds_total 1.5
            # EOF

            """,
            Text(openMetrics: true));
    }

    [Fact]
    public void A_histogram_counts_cumulatively_by_the_bounds_that_its_instrument_advises()
    {
        var histogram = _meter.CreateHistogram("wait", "s", "Wait.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        foreach (var value in new[] { 0.25, 0.5, 0.75, 4 })
            histogram.Record(value);

        Assert.Equal(
            """
            # HELP wait_seconds Wait.
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="0.5"} 2
            wait_seconds_bucket{le="1.0"} 3
            wait_seconds_bucket{le="+Inf"} 4
            wait_seconds_sum 5.5
            wait_seconds_count 4

            """,
            Text());
    }

    [Fact]
    public void A_histogram_of_whole_numbers_has_the_bounds_that_its_instrument_advises_too()
    {
        var histogram = _meter.CreateHistogram("score", null, "Score.", tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = [25, 75] });
        foreach (var value in new[] { 0, 25, 60, 100 })
            histogram.Record(value);

        Assert.Equal(
            """
            # HELP score Score.
            # TYPE score histogram
            score_bucket{le="25.0"} 2
            score_bucket{le="75.0"} 3
            score_bucket{le="+Inf"} 4
            score_sum 185
            score_count 4

            """,
            Text());
    }

    [Fact]
    public void A_recorded_trace_becomes_the_exemplar_of_its_bucket()
    {
        var histogram = _meter.CreateHistogram("wait", "s", "Wait.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] });
        using (var span = new Activity("tested").SetIdFormat(ActivityIdFormat.W3C))
        {
            span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
            span.Start();
            histogram.Record(0.5);

            Assert.Matches($$"""wait_seconds_bucket\{le="1.0"\} 1 # \{trace_id="{{span.TraceId}}"\} 0\.5 \d+\.\d{3}\n""", Text(openMetrics: true));
        }
        Assert.DoesNotContain("trace_id", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_that_nobody_keeps_is_no_exemplar()
    {
        using var span = new Activity("tested").SetIdFormat(ActivityIdFormat.W3C).Start();
        _meter.CreateHistogram<double>("wait", "s", "Wait.").Record(0.5);

        Assert.DoesNotContain("trace_id", Text(openMetrics: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_and_help_are_escaped()
    {
        _meter.CreateCounter<long>("odd", null, "Back\\slash,\nline, \"quote\".").Add(1, new KeyValuePair<string, object?>("a.b-c", "x\\y\n\"z\""));

        Assert.Contains("""odd_total{a_b_c="x\\y\n\"z\""} 1""", Text(), StringComparison.Ordinal);
        Assert.Contains("""# HELP odd_total Back\\slash,\nline, "quote".""", Text(), StringComparison.Ordinal);
        Assert.Contains("""# HELP odd Back\\slash,\nline, \"quote\".""", Text(openMetrics: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_in_another_order_are_the_same_series()
    {
        var counter = _meter.CreateCounter<long>("pairs");
        counter.Add(1, new("a", 1), new("b", true));
        counter.Add(1, new("b", true), new("a", 1));

        Assert.Contains("""pairs_total{a="1",b="true"} 2""", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_instrument_that_is_asked_and_no_longer_answers_is_left_out()
    {
        var known = true;
        _meter.CreateObservableGauge("level", () => known ? [new Measurement<long>(7)] : Array.Empty<Measurement<long>>());

        Assert.Contains("level 7", Text(), StringComparison.Ordinal);
        known = false;
        Assert.Empty(Text());
    }

    [Fact]
    public void An_up_and_down_counter_is_a_gauge_and_asked_counters_are_totals()
    {
        var here = _meter.CreateUpDownCounter<long>("guests");
        here.Add(3);
        here.Add(-1);
        _meter.CreateObservableCounter("steps", () => 42L);

        Assert.Contains("# TYPE guests gauge\nguests 2\n", Text(), StringComparison.Ordinal);
        Assert.Contains("# TYPE steps_total counter\nsteps_total 42\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Series_beyond_the_limit_are_counted_and_not_kept()
    {
        var counter = _meter.CreateCounter<long>("many");
        for (var i = 0; i < MetricFamily.SeriesLimit + 5; i++)
            counter.Add(1, new KeyValuePair<string, object?>("n", i));
        counter.Add(1, new KeyValuePair<string, object?>("n", 0));

        Assert.Equal(5, _refused);
        Assert.Equal(MetricFamily.SeriesLimit, Text().Split('\n').Count(line => line.StartsWith("many_total", StringComparison.Ordinal)));
        Assert.Contains("""many_total{n="0"} 2""", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_lost_when_many_measure_at_once()
    {
        var counter = _meter.CreateCounter<long>("busy");
        var histogram = _meter.CreateHistogram<double>("wait", "s", "Wait.");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("who", "all"));
                histogram.Record(0.5);
            }
        })));

        Assert.Contains("""busy_total{who="all"} 80000""", Text(), StringComparison.Ordinal);
        Assert.Contains("wait_seconds_sum 40000\nwait_seconds_count 80000\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_for_one_scrape_is_not_forgotten_for_another()
    {
        _meter.CreateObservableGauge("level", () => 7L);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
                Assert.Contains("level 7", Text(), StringComparison.Ordinal);
        })));
    }

    private string Text(bool openMetrics = false) => _collector.Collect(families => PrometheusText.Write(families, openMetrics));
}
