using System.Runtime.CompilerServices;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// Adds encryption to any store: answers, tombstones and evidence are sealed on the way in and opened on the way out. This is the only place where that happens. Does not dispose the
/// store.
/// </summary>
public sealed class SealedStore(IIdempotencyStore store, RecordSeal seal) : IIdempotencyStore
{
    // Pooled, because every exchange runs it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation) =>
        await store.ClaimAsync(request, cancellation) switch
        {
            ClaimResult.Won { Evidence.IsEmpty: false } won => won with { Evidence = seal.Open(won.Evidence, request.Key, won.Ticket.Fence, RecordState.Doubt) },
            ClaimResult.Completed done => done with { Response = seal.Open(done.Response, request.Key, done.Fence, RecordState.Done) },
            ClaimResult.InDoubt doubt => doubt with { Evidence = seal.Open(doubt.Evidence, request.Key, doubt.Fence, RecordState.Doubt) },
            var other => other,
        };

    public ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation) =>
        store.MarkSentAsync(ticket, destination, cancellation);

    public ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation) =>
        store.RenewAsync(ticket, lease, cancellation);

    public ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation) =>
        store.CompleteAsync(ticket, seal.Cipher.Seal(response.Span, ticket, RecordState.Done), retention, cancellation);

    public ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation) =>
        store.HoldAsync(ticket, seal.Cipher.Seal(evidence.Span, ticket, RecordState.Doubt), cancellation);

    public ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation) => store.ReleaseAsync(ticket, cancellation);

    public async ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation) =>
        await store.FindAsync(key, cancellation) is { } record ? seal.Open(key, record) : null;

    public ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation) => store.ResolveAsync(
            key,
            resolution is DoubtResolution.Executed(var response) ? new DoubtResolution.Executed(seal.Cipher.SealOverruling(response.Span, key)) : resolution,
            retention,
            cancellation);

    public ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation) =>
        store.EraseAsync(key, seal.Cipher.SealOverruling(tombstone.Span, key), cancellation);

    public ValueTask DisposeAsync() => default;
}
