using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Exchange;

namespace IdempotencyGateway.Limits;

/// <summary>The limits of this process on what is under way. Memory has budgets of its own.</summary>
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

    /// <summary>Only their total: a connection may carry several callers' requests.</summary>
    public Quota Connections { get; }

    public Quota Requests { get; }

    public Quota Executions { get; }

    public Quota Waiters { get; }

    /// <summary>Whether the caller may claim this record. A caller that has used up its new keys may still ask for those that the store knows.</summary>
    internal ValueTask<LimitReached?> CheckNewKeyAsync(GuardedRequest request) =>
        _newKeys.Check(request.Caller) is { } reached ? UnlessKnownAsync(request.StorageKey, reached) : default;

    /// <summary>The caller's claim made a record that was not there.</summary>
    internal void CountNewKey(CallerScope caller) => _newKeys.Add(caller);

    private async ValueTask<LimitReached?> UnlessKnownAsync(StorageKey key, LimitReached reached)
    {
        try
        {
            return await _store.FindAsync(key, CancellationToken.None) is null ? reached : null;
        }
        catch (StoreUnavailableException)
        {
            // The claim meets the same store, and knows what to do about it.
            return null;
        }
    }
}
