namespace IdempotencyGateway.Load.Client;

/// <summary>How heavy a load is.</summary>
/// <param name="PerSecond">Null for the closed model. In the open model, requests arrive at this rate, and the connections limit how many can be in flight.</param>
internal sealed record LoadShape(int Connections, double? PerSecond = null);
