namespace IdempotencyGateway.Load.Client;

/// <summary>How hard.</summary>
/// <param name="PerSecond">Null: the closed model. Else requests arrive at this rate, and the connections bound how many can be under way.</param>
internal sealed record LoadShape(int Connections, double? PerSecond = null);
