using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Telemetry;

/// <summary>Counts the records in doubt, at each scrape, if the store can do so cheaply. Waits for the store no longer than a scrape can.</summary>
internal sealed class DoubtCensus(IDoubtList? store)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private long _inDoubt = -1;

    /// <summary>The last count; null when there was none, or the store did not answer.</summary>
    public long? InDoubt => Interlocked.Read(ref _inDoubt) is var count and >= 0 ? count : null;

    /// <summary>Counts, before the metrics are written. If the store does not answer, the metric is left out instead of showing an old number.</summary>
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
            // A cancelled scrape says nothing about the store, and a concurrent scrape may be about to report the present number.
            return;
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException)
        {
            // Errors of the store are counted by ObservedStore, for requests.
        }
        Interlocked.Exchange(ref _inDoubt, count);
    }
}
