using System.Globalization;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Reports;

/// <summary>Formats numbers for people: about three significant digits, culture-invariant.</summary>
internal static class Numbers
{
    public static string Of(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    public static string Of(Figure figure)
    {
        var spread = figure.Spread;
        var value = $"{Of(spread.Value)}{Space(figure.Unit)}";
        return spread.Lowest == spread.Highest ? value : $"{value} ({Of(spread.Lowest)} to {Of(spread.Highest)})";
    }

    public static string Of(Measure measure) => $"{Of(measure.Median)}{Space(measure.Unit)}";

    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Below => "BELOW",
        Verdict.Pass => "pass",
        Verdict.Goal => "goal",
        _ => throw new InvalidOperationException($"no word for {verdict}"),
    };

    private static string Space(string unit) => unit.Length == 0 || unit.StartsWith('/') ? unit : " " + unit;
}
