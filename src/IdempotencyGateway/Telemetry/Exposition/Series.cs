namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>One instrument's numbers under one set of labels: exactly one of the three kinds in this folder.</summary>
/// <param name="labels">As they are written, without braces.</param>
internal abstract class Series(string labels)
{
    public string Labels { get; } = labels;

    public abstract void Measure(double value);
}

/// <summary>Grows (or, for an up-and-down counter, shrinks) with every measurement.</summary>
internal sealed class SumSeries(string labels) : Series(labels)
{
    private readonly Stripes _sum = new();

    public double Value => _sum.Sum();

    public override void Measure(double value) => _sum.Add(value);
}

/// <summary>The latest measurement, for instruments that are asked when somebody looks.</summary>
internal sealed class LatestSeries(string labels) : Series(labels)
{
    private double _value;

    /// <summary>It has been measured since it was last forgotten.</summary>
    public bool IsKnown { get; private set; }

    public double Value => Volatile.Read(ref _value);

    public void Forget() => IsKnown = false;

    public override void Measure(double value)
    {
        Volatile.Write(ref _value, value);
        IsKnown = true;
    }
}
