using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// Notifications from a shared store about records that another process ended. They only shorten waits: a signal may be lost or arrive twice,
/// so correctness must not depend on one.
/// </summary>
public interface IRecordSignals
{
    /// <summary>Subscribes to records that were erased or resolved, in any process. Copies of such a record are stale.</summary>
    /// <param name="hear">Called on any thread; must not block or throw.</param>
    /// <returns>The subscription; Dispose ends it.</returns>
    IDisposable OnOverruled(Action<StorageKey> hear);

    /// <summary>
    /// Completes when the record has ended (completed, released, put in doubt, erased, resolved), or after <paramref name="atMost"/>, whichever comes first.
    /// It may also complete early without a reason, so the caller must ask the store for the record's state.
    /// </summary>
    Task WaitForEndAsync(StorageKey key, TimeSpan atMost, CancellationToken cancellation);
}
