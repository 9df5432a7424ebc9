namespace IdempotencyGateway.Load.Reports;

/// <summary>Maps values to coordinates on the page.</summary>
/// <param name="From">The coordinate of 0, or of <paramref name="Least"/> on a logarithmic axis.</param>
/// <param name="To">The coordinate of <paramref name="Most"/>.</param>
/// <param name="Least">0 for a linear axis; otherwise the axis is logarithmic and begins at this value.</param>
internal sealed record Axis(double From, double To, double Most, double Least = 0)
{
    private bool IsLogarithmic => Least > 0;

    /// <summary>A linear axis from 0 to the value, rounded up to a round number.</summary>
    public static Axis Linear(double from, double to, double most) => new(from, to, RoundUp(most));

    /// <summary>A logarithmic axis of whole powers of ten around the values.</summary>
    public static Axis Logarithmic(double from, double to, double least, double most)
    {
        var low = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(least, 1e-3))));
        return new(from, to, Math.Max(low * 10, Math.Pow(10, Math.Ceiling(Math.Log10(Math.Max(most, 1e-3))))), low);
    }

    public IEnumerable<double> Marks
    {
        get
        {
            if (!IsLogarithmic)
            {
                for (var i = 0; i <= 4; i++)
                    yield return Most * i / 4;
                yield break;
            }
            for (var mark = Least; mark <= Most * 1.001; mark *= 10)
                yield return mark;
        }
    }

    public double Place(double value)
    {
        var share = IsLogarithmic ? Math.Log(Math.Max(value, Least) / Least) / Math.Log(Most / Least) : Most == 0 ? 0 : value / Most;
        return From + ((To - From) * share);
    }

    private static double RoundUp(double value)
    {
        if (value <= 0)
            return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return new[] { 1, 1.5, 2, 3, 4, 5, 6, 8, 10 }.First(step => step * power >= value * 0.9999) * power;
    }
}
