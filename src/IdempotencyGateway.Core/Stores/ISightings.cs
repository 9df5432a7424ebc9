namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// A store that also counts, beside its records and for all processes that share it, how often somebody was seen lately. Invariant: a count is never lower than
/// what happened within its window, and one operation counts once, however often it is told.
/// <para>
/// Counts are advice and no record: they may be lost with the machine (each store's README says what of them), and nothing is refused to keep them.
/// Times are the store's clock's. Every implementation passes the same contract suite (tests, <c>SightingsContract</c>).
/// </para>
/// </summary>
public interface ISightings
{
    /// <summary>Notes all of these in one round trip, each as one atomic step, and answers what is known of each, this sighting included, in the same order.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer. What was noted stays noted, and telling it again counts nothing twice.</exception>
    ValueTask<Track[]> SeeAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation);
}
