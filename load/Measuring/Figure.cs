namespace IdempotencyGateway.Load.Measuring;

/// <summary>One number that a comparison results in.</summary>
/// <param name="What">Its name, such as "throughput ratio".</param>
/// <param name="Unit">Empty for a ratio.</param>
internal sealed record Figure(string What, Spread Spread, string Unit, Target? Target)
{
    public Verdict? Verdict => Target?.Judge(Spread.Value);
}
