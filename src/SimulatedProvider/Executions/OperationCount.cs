namespace SimulatedProvider.Executions;

/// <summary>The counts of one label.</summary>
/// <param name="Executions">Operations that had their effect.</param>
/// <param name="Deliveries">Requests whose headers arrived.</param>
public readonly record struct OperationCount(int Executions, int Deliveries);
