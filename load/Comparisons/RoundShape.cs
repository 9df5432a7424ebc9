namespace IdempotencyGateway.Load.Comparisons;

/// <summary>How long and how hard.</summary>
/// <param name="Connections">Null: as the scenario says.</param>
/// <param name="Rounds">Of each side, in turns.</param>
/// <param name="WarmUp">Of each side, before the first round after a start.</param>
internal sealed record RoundShape(int? Connections, int Rounds, TimeSpan Round, TimeSpan WarmUp)
{
    /// <summary>How often servers are started for so many rounds.</summary>
    public int Starts => Math.Max(1, Rounds / 3);
}
