using IdempotencyGateway.Stores.Resilience;

namespace IdempotencyGateway.Telemetry;

/// <summary>Whether the store's circuit is open; null for the embedded store, which has none.</summary>
internal sealed class StoreCondition(IStoreCircuit? circuit)
{
    public long? CircuitOpen => circuit is null ? null : circuit.IsOpen ? 1 : 0;
}
