namespace IdempotencyGateway.Load.Scenarios;

/// <summary>How long and how hard.</summary>
/// <param name="Rounds">Of each side, in turns.</param>
internal sealed record RunShape(int Connections, int Rounds, TimeSpan Round, TimeSpan WarmUp);
