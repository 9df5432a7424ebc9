using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Telemetry;

/// <summary>How many records are in doubt, by a store that can count them at little cost. Taken when somebody looks at the metrics, and waited for no longer than a scrape can wait.</summary>
internal sealed class DoubtCensus(IDoubtList? store)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private long _inDoubt = -1;

    /// <summary>By the last count; null when there was none, or the last one got no answer.</summary>
    public long? InDoubt => Interlocked.Read(ref _inDoubt) is var count and >= 0 ? count : null;

    /// <summary>Counts anew, before the metrics are written. A store that cannot answer leaves the number out instead of keeping an old one.</summary>
    public async Task TakeAsync(TimeProvider clock, CancellationToken cancellation)
    {
        if (store is null)
            return;
        var count = -1L;
        try
        {
            count = await store.CountDoubtsAsync(cancellation).AsTask().WaitAsync(Patience, clock, cancellation);
        }
        catch (OperationCanceledException)
        {
            // Whoever asked has left, which says nothing about the store: another's scrape may be about to take the number that there is.
            return;
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException)
        {
            // The store's errors are counted where requests meet them.
        }
        Interlocked.Exchange(ref _inDoubt, count);
    }
}
