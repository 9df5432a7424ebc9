using System.Diagnostics;
using System.Runtime.CompilerServices;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Telemetry;

/// <summary>Adds telemetry to a store: times every operation, counts failures, and creates spans for operations that a request waits for. Does not dispose the store.</summary>
public sealed class ObservedStore(IIdempotencyStore store, GatewayMetrics metrics, TimeProvider clock) : IIdempotencyStore
{
    public ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation) =>
        AskAsync(StoreVerb.Claim, request, static (store, request, cancellation) => store.ClaimAsync(request, cancellation), cancellation);

    public ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation) => AskAsync(
        StoreVerb.MarkSent, (ticket, destination), static (store, it, cancellation) => store.MarkSentAsync(it.ticket, it.destination, cancellation), cancellation);

    public ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation) => AskAsync(
        StoreVerb.Renew, (ticket, lease), static (store, it, cancellation) => store.RenewAsync(it.ticket, it.lease, cancellation), cancellation);

    public ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation) => AskAsync(
            StoreVerb.Complete,
            (ticket, response, retention),
            static (store, it, cancellation) => store.CompleteAsync(it.ticket, it.response, it.retention, cancellation),
            cancellation);

    public ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation) => AskAsync(
        StoreVerb.Hold, (ticket, evidence), static (store, it, cancellation) => store.HoldAsync(it.ticket, it.evidence, cancellation), cancellation);

    public ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation) =>
        AskAsync(StoreVerb.Release, ticket, static (store, ticket, cancellation) => store.ReleaseAsync(ticket, cancellation), cancellation);

    public ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation) =>
        AskAsync(StoreVerb.Find, key, static (store, key, cancellation) => store.FindAsync(key, cancellation), cancellation);

    public ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation) => AskAsync(
            StoreVerb.Resolve,
            (key, resolution, retention),
            static (store, it, cancellation) => store.ResolveAsync(it.key, it.resolution, it.retention, cancellation),
            cancellation);

    public ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation) => AskAsync(
        StoreVerb.Erase, (key, tombstone), static (store, it, cancellation) => store.EraseAsync(it.key, it.tombstone, cancellation), cancellation);

    public ValueTask DisposeAsync() => default;

    // Pooled, because every exchange runs it twice.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T> AskAsync<TArguments, T>(
        StoreVerb verb, TArguments arguments, Func<IIdempotencyStore, TArguments, CancellationToken, ValueTask<T>> ask, CancellationToken cancellation)
    {
        using var span = Tracing.Ask(verb);
        var asked = clock.GetTimestamp();
        try
        {
            var answer = await ask(store, arguments, cancellation);
            metrics.StoreAnswered(verb, clock.GetElapsedTime(asked));
            Note(verb, answer, span);
            return answer;
        }
        catch (StoreUnavailableException e)
        {
            metrics.StoreFailed(verb, e.Failure);
            span?.SetStatus(ActivityStatusCode.Error, e.Failure.Label());
            // An operation that was not sent took no time, and would make an unavailable store look fast.
            if (e.Failure != StoreFailure.NotAsked)
                metrics.StoreAnswered(verb, clock.GetElapsedTime(asked));
            throw;
        }
    }

    private void Note<T>(StoreVerb verb, T answer, Activity? span)
    {
        if (answer is TransitionResult result)
        {
            if (verb == StoreVerb.Hold && result == TransitionResult.Applied)
                metrics.RecordPutInDoubt();
            else if (verb == StoreVerb.Renew && result != TransitionResult.Applied)
                metrics.LeaseLost();
        }
        if (span is { IsAllDataRequested: true })
            span.SetTag("idempotency_gateway.store.answer", answer is ClaimResult claim ? claim.GetType().Name : answer?.ToString());
    }
}
