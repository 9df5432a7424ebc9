namespace IdempotencyGateway.Load.Comparisons;

/// <summary>The number, length and load of a comparison's rounds.</summary>
/// <param name="Connections">Null for the scenario's own.</param>
/// <param name="Rounds">The rounds of each side.</param>
/// <param name="WarmUp">The warm-up of each side after a start.</param>
internal sealed record RoundShape(int? Connections, int Rounds, TimeSpan Round, TimeSpan WarmUp)
{
    /// <summary>How often the servers are started.</summary>
    public int Starts => Math.Max(1, Rounds / 3);
}
