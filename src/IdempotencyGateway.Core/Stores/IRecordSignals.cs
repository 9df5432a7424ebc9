using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// What a store shared by several processes can tell each of them about records that another one ended. Signals make waiting short; they may be lost or come twice,
/// so nobody relies on one for correctness.
/// </summary>
public interface IRecordSignals
{
    /// <summary>Tells when an operator, here or elsewhere, erased or resolved a record: copies of it are out of date.</summary>
    /// <param name="hear">Called on any thread; must not block or throw.</param>
    /// <returns>Disposing it ends the subscription.</returns>
    IDisposable OnOverruled(Action<StorageKey> hear);

    /// <summary>
    /// Completes when the record ended (completed, released, put in doubt, erased, resolved), or after <paramref name="atMost"/>, whichever comes first.
    /// May complete early for no reason: ask the store what is true.
    /// </summary>
    Task WaitForEndAsync(StorageKey key, TimeSpan atMost, CancellationToken cancellation);
}
