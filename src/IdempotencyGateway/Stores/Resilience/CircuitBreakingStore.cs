using System.Runtime.CompilerServices;
using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sightings;

namespace IdempotencyGateway.Stores.Resilience;

/// <summary>
/// Adds a circuit breaker to a store that has its own timeouts: after several operations that could not reach it, further ones fail at once instead of each waiting for the timeout.
/// The circuit closes when the store answers again. It changes no result, and only adds <see cref="StoreUnavailableException"/>.
/// </summary>
public sealed class CircuitBreakingStore : IIdempotencyStore, IRecordSignals, IStoreCircuit, IDoubtList, ISubjectIndex, ISightings
{
    private readonly IIdempotencyStore _store;
    private readonly IRecordSignals _signals;
    private readonly ISightings _sightings;
    private readonly Circuit _circuit;

    /// <param name="store">Disposed with this.</param>
    public CircuitBreakingStore(IIdempotencyStore store, CircuitOptions options, TimeProvider clock)
    {
        _store = store;
        _signals = store as IRecordSignals ?? new NoSignals(clock);
        _sightings = store as ISightings ?? TrackMemory.OnWallClock(clock);
        _circuit = new(options, ProbeAsync, clock);
    }

    /// <inheritdoc/>
    public Action<StoreUnavailableException?>? Changed
    {
        get => _circuit.Changed;
        set => _circuit.Changed = value;
    }

    public bool IsOpen => _circuit.IsOpen;

    public ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(_store.ClaimAsync(request, cancellation));
    }

    public ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(_store.MarkSentAsync(ticket, destination, cancellation));
    }

    public ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(_store.RenewAsync(ticket, lease, cancellation));
    }

    public ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(_store.CompleteAsync(ticket, response, retention, cancellation));
    }

    public ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(_store.HoldAsync(ticket, evidence, cancellation));
    }

    public ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(_store.ReleaseAsync(ticket, cancellation));
    }

    public ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(_store.FindAsync(key, cancellation));
    }

    public ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(_store.ResolveAsync(key, resolution, retention, cancellation));
    }

    public ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(_store.EraseAsync(key, tombstone, cancellation));
    }

    /// <exception cref="NotSupportedException">The store inside cannot list them.</exception>
    public ValueTask<DoubtPage> ListDoubtsAsync(int limit, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(Doubts.ListDoubtsAsync(limit, cancellation));
    }

    /// <exception cref="NotSupportedException">The store inside cannot count them.</exception>
    public ValueTask<long> CountDoubtsAsync(CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(Doubts.CountDoubtsAsync(cancellation));
    }

    private IDoubtList Doubts => _store as IDoubtList ?? throw new NotSupportedException($"{_store.GetType().Name} keeps no list of doubts");

    public ValueTask<TimeSpan?> NoteSubjectAsync(SubjectKey subject, SubjectEntry entry, TimeSpan retention, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(Index.NoteSubjectAsync(subject, entry, retention, cancellation));
    }

    public ValueTask<IReadOnlyList<SubjectEntry>> OrderErasureAsync(SubjectKey subject, ErasureOrder order, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(Index.OrderErasureAsync(subject, order, cancellation));
    }

    public async ValueTask EndErasureAsync(SubjectKey subject, SubjectEntry entry, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        await GuardAsync(EndAsync());

        async ValueTask<bool> EndAsync()
        {
            await Index.EndErasureAsync(subject, entry, cancellation);
            return true;
        }
    }

    public ValueTask<Track[]> SeeAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation)
    {
        _circuit.EnsureClosed();
        return GuardAsync(_sightings.SeeAsync(sightings, cancellation));
    }

    public IDisposable OnOverruled(Action<StorageKey> hear) => _signals.OnOverruled(hear);

    public Task WaitForEndAsync(StorageKey key, TimeSpan atMost, CancellationToken cancellation) =>
        _signals.WaitForEndAsync(key, atMost, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _circuit.DisposeAsync();
        await _store.DisposeAsync();
    }

    private ISubjectIndex Index => _store as ISubjectIndex ?? throw new NotSupportedException($"{_store.GetType().Name} keeps no subjects");

    // Pooled, because every exchange runs it twice.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T> GuardAsync<T>(ValueTask<T> asked)
    {
        try
        {
            var answer = await asked;
            _circuit.Succeeded();
            return answer;
        }
        catch (StoreUnavailableException e)
        {
            _circuit.Failed(e);
            throw;
        }
    }

    /// <summary>Reads a record that does not exist, which takes the same path as every operation and changes nothing.</summary>
    private async Task ProbeAsync(CancellationToken cancellation) => await _store.FindAsync(default, cancellation);
}
