using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// The store of idempotency records. Invariant: per key, and within the record's retention, the permission to send is granted to one owner. A record that has been
/// <see cref="RecordState.Sent"/> becomes free again only through someone who knows that the request was never sent or that its answer was not final.
/// <para>
/// Every operation is one atomic step, durable before it returns, and idempotent for the same owner, so that the caller can
/// repeat it after a lost reply. Leases and retentions run on the store's clock. A store knows bytes and states, but no policies,
/// headers or providers. Every implementation passes the same contract suite (tests, <c>StoreContract</c>).
/// </para>
/// <para>Every operation throws <see cref="StoreUnavailableException"/> when the store cannot answer, and nothing else.</para>
/// </summary>
public interface IIdempotencyStore : IAsyncDisposable
{
    /// <summary>
    /// Claims the record. An expired record counts as absent. Fingerprints are compared before anything else.
    /// absent → <c>claimed</c> or <c>sent</c>; <c>claimed</c> with a lapsed lease → the next fence; <c>sent</c> with a lapsed lease → <c>doubt</c>;
    /// <c>doubt</c> → <c>sent</c> with the next fence, only when the request takes from doubt. The record then keeps its evidence until the new owner replaces it.
    /// </summary>
    ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation);

    /// <summary><c>claimed</c> → <c>sent</c>. On any result but <see cref="TransitionResult.Applied"/> the request must not be sent.</summary>
    /// <param name="destination">
    /// Where the request is about to be sent; null keeps the destination in the record. The owner of a <c>sent</c> record whose request provably reached nobody may name another one.
    /// </param>
    ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation);

    /// <summary>Extends the lease of a <c>claimed</c> or <c>sent</c> record. Never re-creates a missing record and never ends <c>doubt</c>.</summary>
    ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation);

    /// <summary><c>sent</c> or <c>doubt</c> → <c>done</c>, never from <c>claimed</c>. The retention starts again.</summary>
    ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation);

    /// <summary><c>sent</c> → <c>doubt</c>, by the owner that cannot find out the outcome. It saves others the wait for the lease.</summary>
    /// <param name="evidence">What is known (an encoded status without a body); empty keeps the evidence of an earlier owner.</param>
    ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation);

    /// <summary>
    /// <c>claimed</c> or <c>sent</c> → absent. Also <c>doubt</c> → absent if the doubt came from a lapsed lease, but not if an owner declared it by <see cref="HoldAsync"/>.
    /// Only for a request that was provably never sent, or whose answer is not final on its route.
    /// </summary>
    ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation);

    /// <summary>Reads the record; null when it is absent or expired. Changes nothing.</summary>
    ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation);

    /// <summary><c>doubt</c> (also <c>sent</c> with a lapsed lease) → <c>done</c> or absent. Other states are <see cref="TransitionResult.Lost"/>.</summary>
    /// <param name="retention">How long the answer of an executed request is kept.</param>
    ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation);

    /// <summary>
    /// Any state → <c>done</c>, with <paramref name="tombstone"/> in place of the response and the expiry unchanged. The record must not vanish,
    /// because a late retry would then execute again. An owner still under way loses the record.
    /// </summary>
    ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation);
}
