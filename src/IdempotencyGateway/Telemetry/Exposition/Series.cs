namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>One instrument's values for one set of labels: exactly one of the three kinds in this folder.</summary>
/// <param name="labels">Formatted, without braces.</param>
internal abstract class Series(string labels)
{
    public string Labels { get; } = labels;

    public abstract void Measure(double value);
}

/// <summary>The sum of all measurements, for counters and up-down counters.</summary>
internal sealed class SumSeries(string labels) : Series(labels)
{
    private readonly Stripes _sum = new();

    public double Value => _sum.Sum();

    public override void Measure(double value) => _sum.Add(value);
}

/// <summary>The latest measurement, for observable instruments.</summary>
internal sealed class LatestSeries(string labels) : Series(labels)
{
    private double _value;

    /// <summary>True when there was a measurement since the last <see cref="Forget"/>.</summary>
    public bool IsKnown { get; private set; }

    public double Value => Volatile.Read(ref _value);

    public void Forget() => IsKnown = false;

    public override void Measure(double value)
    {
        Volatile.Write(ref _value, value);
        IsKnown = true;
    }
}
