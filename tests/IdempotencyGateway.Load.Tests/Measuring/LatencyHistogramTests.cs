using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Tests.Measuring;

public class LatencyHistogramTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    [InlineData(0.999)]
    public void A_percentile_is_within_a_hundredth_of_the_sorted_values(double share)
    {
        var random = new Random(11);
        var values = Enumerable.Range(0, 20_000).Select(_ => TimeSpan.FromTicks((long)Math.Exp(random.NextDouble() * 18))).ToArray();
        var histogram = Recorded(values);

        var exact = values.Order().ElementAt((int)Math.Ceiling(share * values.Length) - 1);

        Assert.InRange(histogram.Percentile(share) / exact, 0.99, 1.01);
    }

    [Fact]
    public void Every_power_of_two_and_its_neighbours_are_found_again()
    {
        for (var bit = 0; bit < 35; bit++)
        {
            foreach (var ticks in new[] { (1L << bit) - 1, 1L << bit, (1L << bit) + 1 })
            {
                var value = TimeSpan.FromTicks(ticks);
                var histogram = Recorded(TimeSpan.Zero, value, TimeSpan.FromHours(2));

                Assert.InRange(histogram.Percentile(0.5).Ticks, Math.Floor(ticks * 0.992), Math.Ceiling(ticks * 1.008));
            }
        }
    }

    [Fact]
    public void The_lowest_the_highest_and_the_mean_are_exact()
    {
        var histogram = Recorded(TimeSpan.FromMilliseconds(1.2345), TimeSpan.FromMilliseconds(7), TimeSpan.FromSeconds(61.7654321));

        Assert.Equal(TimeSpan.FromMilliseconds(1.2345), histogram.Lowest);
        Assert.Equal(TimeSpan.FromSeconds(61.7654321), histogram.Highest);
        Assert.Equal(TimeSpan.FromSeconds(61.7654321), histogram.Percentile(1));
        Assert.Equal((0.0012345 + 0.007 + 61.7654321) / 3, histogram.Mean.TotalSeconds, 1e-6);
    }

    [Fact]
    public void More_than_an_hour_counts_and_is_told_as_the_highest()
    {
        var histogram = Recorded(TimeSpan.FromHours(30));

        Assert.Equal(1, histogram.Count);
        Assert.Equal(TimeSpan.FromHours(30), histogram.Percentile(0.5));
    }

    [Fact]
    public void Nothing_recorded_is_all_zeros()
    {
        var histogram = new LatencyHistogram();

        Assert.Equal(TimeSpan.Zero, histogram.Percentile(0.99));
        Assert.Equal(TimeSpan.Zero, histogram.Lowest);
        Assert.Equal(TimeSpan.Zero, histogram.Mean);
    }

    [Fact]
    public async Task Many_may_record_at_once_and_none_is_lost()
    {
        var histogram = new LatencyHistogram();

        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() =>
        {
            for (var n = 0; n < 20_000; n++)
                histogram.Record(TimeSpan.FromTicks(i * n));
        })));

        Assert.Equal(160_000, histogram.Count);
        Assert.Equal(TimeSpan.FromTicks(8 * 19_999), histogram.Highest);
        Assert.Equal(TimeSpan.Zero, histogram.Lowest);
    }

    private static LatencyHistogram Recorded(params TimeSpan[] latencies)
    {
        var histogram = new LatencyHistogram();
        foreach (var latency in latencies)
            histogram.Record(latency);
        return histogram;
    }
}
