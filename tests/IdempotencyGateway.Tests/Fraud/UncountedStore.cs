using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>A store decorator that passes record operations on and lets a test replace the answers to requests for counts.</summary>
internal sealed class UncountedStore(IIdempotencyStore store, Func<ValueTask<Track[]>> see) : IIdempotencyStore, ISightings
{
    public ValueTask<Track[]> SeeAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation) => see();

    public ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation) => store.ClaimAsync(request, cancellation);

    public ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation) => store.MarkSentAsync(ticket, destination, cancellation);

    public ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation) => store.RenewAsync(ticket, lease, cancellation);

    public ValueTask<TransitionResult> CompleteAsync(ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation) =>
        store.CompleteAsync(ticket, response, retention, cancellation);

    public ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation) => store.HoldAsync(ticket, evidence, cancellation);

    public ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation) => store.ReleaseAsync(ticket, cancellation);

    public ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation) => store.FindAsync(key, cancellation);

    public ValueTask<TransitionResult> ResolveAsync(StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation) =>
        store.ResolveAsync(key, resolution, retention, cancellation);

    public ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation) => store.EraseAsync(key, tombstone, cancellation);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
