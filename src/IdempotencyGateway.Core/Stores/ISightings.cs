namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// A store that also counts, beside its records and for all processes that share it, how often somebody was seen lately. Invariant: a count is never lower than
/// what happened within its window, and one operation counts once, however often it is reported.
/// <para>
/// Counts are advice, not records: they may be lost with the machine (each store's README says which), and nothing is refused in order to keep them.
/// Times are the store's clock's. Every implementation passes the same contract suite (tests, <c>SightingsContract</c>).
/// </para>
/// </summary>
public interface ISightings
{
    /// <summary>Notes all of these in one round trip, each as one atomic step, and answers what is known of each, this sighting included, in the same order.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer. What was noted stays noted, and noting it again counts nothing twice.</exception>
    ValueTask<Track[]> SeeAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation);
}
