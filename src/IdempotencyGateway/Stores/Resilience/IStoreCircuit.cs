using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Resilience;

/// <summary>A store behind a circuit breaker, for those who report its state to operators.</summary>
public interface IStoreCircuit
{
    /// <summary>Operations fail at once; a probe of the circuit's own looks for the store.</summary>
    bool IsOpen { get; }

    /// <summary>Called with the reason when the circuit opens, with null when it closes; must not throw.</summary>
    Action<StoreUnavailableException?>? Changed { get; set; }
}
