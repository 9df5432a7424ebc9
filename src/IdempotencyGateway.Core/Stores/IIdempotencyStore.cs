using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// Invariant: per key, and within the record's retention, the permission to send is granted to one owner. A record that has
/// been <see cref="RecordState.Sent"/> becomes free again only by the word of someone who knows that it was not sent or not final.
/// <para>
/// Every operation is one atomic step, durable before it returns, and idempotent for the same owner: after a lost reply
/// the caller asks again. Leases and retentions run on the store's clock. A store knows bytes and states, never policies,
/// headers or providers. Every implementation passes the same contract suite (tests, <c>StoreContract</c>).
/// </para>
/// <para>Every operation throws <see cref="StoreUnavailableException"/> when the store cannot answer, and nothing else.</para>
/// </summary>
public interface IIdempotencyStore : IAsyncDisposable
{
    /// <summary>
    /// Asks for the record. An expired record counts as absent. Fingerprints are compared before anything else.
    /// absent → <c>claimed</c> or <c>sent</c>; <c>claimed</c> with a lapsed lease → the next fence; <c>sent</c> with a lapsed lease → <c>doubt</c>;
    /// <c>doubt</c> → <c>sent</c> with the next fence, only when the request takes from doubt; the record keeps its evidence, until its new owner ends it with a word of its own.
    /// </summary>
    ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation);

    /// <summary><c>claimed</c> → <c>sent</c>. Anything but <see cref="TransitionResult.Applied"/>: do not send.</summary>
    /// <param name="destination">
    /// Where it is about to be sent; null keeps what the record says. The owner of a <c>sent</c> record that reached nobody may name another one.
    /// </param>
    ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation);

    /// <summary>Extends the lease of a <c>claimed</c> or <c>sent</c> record. Never re-creates a missing one, never leaves <c>doubt</c>.</summary>
    ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation);

    /// <summary><c>sent</c> or <c>doubt</c> → <c>done</c>, never from <c>claimed</c>. The retention starts anew.</summary>
    ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation);

    /// <summary><c>sent</c> → <c>doubt</c> by its owner, which cannot find out what happened. Others need not wait for the lease.</summary>
    /// <param name="evidence">What is known (an encoded status without a body), or empty: then what an earlier owner said stays.</param>
    ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation);

    /// <summary>
    /// <c>claimed</c> or <c>sent</c> → absent; so does a <c>doubt</c> that a lapsed lease left behind, but not one that its owner declared by <see cref="HoldAsync"/>.
    /// Only when provably never sent, or answered in a way the route does not call final.
    /// </summary>
    ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation);

    /// <summary>The record as it stands, or null when absent or expired. Changes nothing.</summary>
    ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation);

    /// <summary><c>doubt</c> (also <c>sent</c> with a lapsed lease) → <c>done</c> or absent. Other states are <see cref="TransitionResult.Lost"/>.</summary>
    /// <param name="retention">How long an executed answer is kept.</param>
    ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation);

    /// <summary>
    /// Any state → <c>done</c> with <paramref name="tombstone"/> in the response's place, expiry unchanged: a record that vanished
    /// would let a late retry execute. An owner still under way finds its ticket lost.
    /// </summary>
    ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation);
}
