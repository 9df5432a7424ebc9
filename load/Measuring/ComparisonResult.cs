namespace IdempotencyGateway.Load.Measuring;

/// <summary>The result of a comparison, as it is written to reports.</summary>
internal sealed record ComparisonResult(string Name, string Says, IReadOnlyList<SideResult> Sides, IReadOnlyList<Figure> Figures)
{
    public bool IsBelow => Figures.Any(figure => figure.Verdict == Verdict.Below);
}

/// <summary>The measures of one side, as far as the comparison measures them.</summary>
internal sealed record SideResult(string Side, IReadOnlyList<Measure> Measures);

/// <summary>One measure of a side: its value in each round, and their median.</summary>
internal sealed record Measure(string What, string Unit, IReadOnlyList<double> Rounds)
{
    public double Median => Spread.Median(Rounds);
}
