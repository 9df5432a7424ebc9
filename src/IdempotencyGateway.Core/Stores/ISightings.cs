namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// Sliding-window counters for fraud signals, in the store beside its records and shared by all processes that use it. Invariant: a count is never lower than
/// what happened within its window, and one operation counts once, however often it is reported.
/// <para>
/// Counts are best effort, unlike records: they may be lost when a machine crashes (each store's README says which), and no request is refused in order to keep them.
/// Times are by the store's clock. Every implementation passes the same contract suite (tests, <c>SightingsContract</c>).
/// </para>
/// </summary>
public interface ISightings
{
    /// <summary>Counts these sightings in one round trip, each as one atomic step, and returns the counters of each, this sighting included, in the same order.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer. Some sightings may have been counted; repeating the call does not count them twice.</exception>
    ValueTask<Track[]> SeeAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation);
}
