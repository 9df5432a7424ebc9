namespace IdempotencyGateway.Load.Measuring;

/// <summary>A value with its range.</summary>
/// <param name="Value">The value over all rounds.</param>
/// <param name="Lowest">The lowest value of a single round.</param>
/// <param name="Highest">The highest value of a single round.</param>
internal sealed record Spread(double Value, double Lowest, double Highest)
{
    public static Spread Of(double value) => new(value, value, value);

    /// <summary>The median of the values.</summary>
    public static Spread OfMedian(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new(Median(sorted), sorted[0], sorted[^1]);
    }

    /// <summary>The ratio of the medians, with the lowest and highest ratio of a single pair of rounds.</summary>
    public static Spread OfRatio(IReadOnlyList<(double Ours, double Baseline)> pairs) => OfPairs(pairs, (ours, baseline) => ours / baseline);

    /// <summary>The difference of the medians, with the lowest and highest difference of a single pair of rounds.</summary>
    public static Spread OfDifference(IReadOnlyList<(double Ours, double Baseline)> pairs) => OfPairs(pairs, (ours, baseline) => ours - baseline);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static Spread OfPairs(IReadOnlyList<(double Ours, double Baseline)> pairs, Func<double, double, double> compare)
    {
        var each = pairs.Select(pair => compare(pair.Ours, pair.Baseline)).Order().ToArray();
        return new(compare(Median(pairs.Select(pair => pair.Ours)), Median(pairs.Select(pair => pair.Baseline))), each[0], each[^1]);
    }
}
