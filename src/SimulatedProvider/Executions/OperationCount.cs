namespace SimulatedProvider.Executions;

/// <summary>What happened under one label.</summary>
/// <param name="Executions">Operations that had their effect.</param>
/// <param name="Deliveries">Requests whose headers arrived.</param>
public readonly record struct OperationCount(int Executions, int Deliveries);
