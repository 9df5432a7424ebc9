namespace IdempotencyGateway.Load.Scenarios;

/// <summary>A log-normal distribution, typical of the latencies of services: most are near the median, a few far above.</summary>
internal static class LogNormal
{
    /// <summary>The distance of the 99th percentile from the median, in standard deviations.</summary>
    private const double P99 = 2.3263;

    /// <returns>The midpoints of <paramref name="count"/> equally likely parts, ascending.</returns>
    public static IEnumerable<TimeSpan> Quantiles(TimeSpan median, TimeSpan p99, int count)
    {
        var sigma = Math.Log(p99 / median) / P99;
        return Enumerable.Range(0, count).Select(i => median * Math.Exp(sigma * Deviation((i + 0.5) / count)));
    }

    /// <summary>The quantile of the standard normal distribution, by bisection between -8 and 8.</summary>
    private static double Deviation(double share)
    {
        var (low, high) = (-8.0, 8.0);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (Below(middle) < share)
                low = middle;
            else
                high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>The cumulative distribution at this many standard deviations, by Simpson's rule from 0.</summary>
    private static double Below(double deviations)
    {
        const int Steps = 200;
        var step = deviations / Steps;
        var sum = 0.0;
        for (var i = 0; i <= Steps; i++)
        {
            var weight = i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Exp(-(step * i) * (step * i) / 2);
        }
        return 0.5 + (sum * step / 3 / Math.Sqrt(2 * Math.PI));
    }
}
