using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Exchange;

namespace IdempotencyGateway.Limits;

/// <summary>The process's limits on concurrent work, and on new keys. Memory budgets are separate.</summary>
public sealed class GatewayLimits
{
    private readonly IIdempotencyStore _store;
    private readonly NewKeyMeter _newKeys;

    public GatewayLimits(LimitsSnapshot limits, IIdempotencyStore store, TimeProvider clock)
    {
        _store = store;
        _newKeys = new(limits.NewKeysPerCaller, limits.NewKeysWindow, clock);
        Connections = new(LimitedThing.Connections, limits.Connections, limits.Connections);
        Requests = new(LimitedThing.Requests, limits.Requests, limits.RequestsPerCaller);
        Executions = new(LimitedThing.Executions, limits.Executions, limits.ExecutionsPerCaller);
        Waiters = new(LimitedThing.Waiters, limits.Waiters, limits.WaitersPerCaller);
    }

    /// <summary>Limited in total only: a connection may carry several callers' requests.</summary>
    public Quota Connections { get; }

    public Quota Requests { get; }

    public Quota Executions { get; }

    public Quota Waiters { get; }

    /// <summary>Checks whether the caller may claim this record. A caller without new keys left may still repeat requests whose keys the store knows.</summary>
    /// <returns>Null when it may, else the limit that was reached.</returns>
    internal ValueTask<LimitReached?> CheckNewKeyAsync(GuardedRequest request) =>
        _newKeys.Check(request.Caller) is { } reached ? UnlessKnownAsync(request.StorageKey, reached) : default;

    /// <summary>To be called after the caller's claim has created a record.</summary>
    internal void CountNewKey(CallerScope caller) => _newKeys.Add(caller);

    private async ValueTask<LimitReached?> UnlessKnownAsync(StorageKey key, LimitReached reached)
    {
        try
        {
            return await _store.FindAsync(key, CancellationToken.None) is null ? reached : null;
        }
        catch (StoreUnavailableException)
        {
            // The claim will fail in the same way, and what then happens is the route's policy.
            return null;
        }
    }
}
