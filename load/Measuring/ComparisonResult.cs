namespace IdempotencyGateway.Load.Measuring;

/// <summary>What a comparison came to, as reports keep it.</summary>
internal sealed record ComparisonResult(string Name, string Says, IReadOnlyList<SideResult> Sides, IReadOnlyList<Figure> Figures)
{
    public bool IsBelow => Figures.Any(figure => figure.Verdict == Verdict.Below);
}

/// <summary>One side's median round. What a comparison does not measure is left out.</summary>
internal sealed record SideResult(string Side, IReadOnlyList<Measure> Measures);

/// <summary>One number of a side: its median, and each round's.</summary>
internal sealed record Measure(string What, string Unit, IReadOnlyList<double> Rounds)
{
    public double Median => Spread.Median(Rounds);
}
