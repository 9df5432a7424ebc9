using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Resilience;

/// <summary>The state of a store's circuit breaker, for reporting it to operators.</summary>
public interface IStoreCircuit
{
    /// <summary>True while operations fail at once and a background probe checks the store.</summary>
    bool IsOpen { get; }

    /// <summary>Called with the reason when the circuit opens, with null when it closes; must not throw.</summary>
    Action<StoreUnavailableException?>? Changed { get; set; }
}
