using IdempotencyGateway.Load.Scenarios;

namespace IdempotencyGateway.Load.Tests.Scenarios;

public class LogNormalTests
{
    [Fact]
    public void Half_lie_below_the_median_and_a_hundredth_above_the_99th_percentile()
    {
        var (median, p99) = (TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(300));

        var quantiles = LogNormal.Quantiles(median, p99, count: 1000).ToArray();

        Assert.Equal(500, quantiles.Count(latency => latency < median));
        Assert.Equal(10, quantiles.Count(latency => latency > p99));
        Assert.Equal(quantiles.Order(), quantiles);
    }
}
