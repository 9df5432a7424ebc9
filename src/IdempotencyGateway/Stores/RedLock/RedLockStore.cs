using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Resilience;
using IdempotencyGateway.Stores.Sightings;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>
/// Guards a record store that may lose records (the authority) by a quorum of independent Redis nodes that remember who was given the permission to send.
/// Invariant: a claim is won as sent only after the authority granted it <em>and</em> a majority of nodes turned this owner's reservation into
/// <c>sent</c>, by compare-and-set, kept for the retention. For two owners to win, one node would have had to do so for both.
/// <para>
/// The authority is asked first: it decides races, so normally only its winner comes to the nodes, and duplicates, replays and all other results
/// cost what they cost without the nodes. Then there are two rounds at the nodes: a short reservation, and the raise to sent. A reservation
/// expires when its owner dies, and the second round needs no clock: the nodes' replies show whether it came too late.
/// </para>
/// <para>
/// Nothing is unlocked after sending: completing and holding leave the entries to expire with the retention. An owner that the authority granted the claim
/// but that finds another owner's <c>sent</c> on a node has proof that the authority lost a record: the key is in doubt, and is put in doubt in the authority again.
/// README.md in this folder says what this covers and what not. Calls of one owner must not overlap.
/// </para>
/// </summary>
public sealed class RedLockStore : IIdempotencyStore, IRecordSignals, IStoreCircuit, IDoubtList, ISubjectIndex, ISightings
{
    private readonly IIdempotencyStore _authority;
    private readonly IRecordSignals _signals;
    private readonly ISightings _sightings;
    private readonly NodeQuorum _quorum;

    internal RedLockStore(IIdempotencyStore authority, IReadOnlyList<IGuardNode> nodes, TimeSpan timeout, TimeSpan claimTimeToLive, TimeProvider clock)
    {
        _authority = authority;
        _signals = authority as IRecordSignals ?? new NoSignals(clock);
        _sightings = authority as ISightings ?? TrackMemory.OnWallClock(clock);
        _quorum = new NodeQuorum(nodes, timeout, claimTimeToLive, clock);
    }

    /// <summary>
    /// Connects to the nodes. Those that do not answer are retried in the background, even a majority: until they answer, claims
    /// are refused as unavailable.
    /// </summary>
    /// <param name="authority">The record store, which is closed with this one.</param>
    public static async Task<RedLockStore> OpenAsync(IIdempotencyStore authority, RedLockSnapshot options, TimeProvider clock)
    {
        var nodes = await Task.WhenAll(options.Nodes.Select(endpoint => RedisGuardNode.ConnectAsync(endpoint, options)));
        return new(authority, nodes, options.Timeout, options.ClaimTtl, clock);
    }

    /// <summary>The authority's circuit. The nodes have none: each operation asks them.</summary>
    public bool IsOpen => (_authority as IStoreCircuit)?.IsOpen ?? false;

    /// <inheritdoc/>
    public Action<StoreUnavailableException?>? Changed
    {
        get => (_authority as IStoreCircuit)?.Changed;
        set
        {
            if (_authority is IStoreCircuit circuit)
                circuit.Changed = value;
        }
    }

    public async ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation)
    {
        var result = await _authority.ClaimAsync(request, cancellation);
        if (result is not ClaimResult.Won won)
            return result;
        // A later owner on a route that forwards again: an earlier owner's send is no conflict, and its entry must never be deleted.
        var fromDoubt = request.TakeFromDoubt && won.Ticket.Fence > 1;
        var outcome = (fromDoubt, request.AsSent) switch
        {
            (true, _) => await _quorum.TakeAsync(won.Ticket, won.Destination, request.Retention),
            (_, true) => await _quorum.AcquireSentAsync(won.Ticket, won.Destination, request.Retention),
            (_, false) => await _quorum.ReserveAsync(won.Ticket, won.Destination),
        };
        if (outcome is QuorumOutcome.Acquired)
            return won;
        var holder = HolderOf(outcome);
        // A later owner may have taken the record from doubt even if this request does not say so: by an earlier attempt whose reply was lost.
        await (holder is { Sent: true } ? PutInDoubtAsync(won.Ticket, holder) : GiveBackAsync(won.Ticket, inDoubt: won.Ticket.Fence > 1));
        return holder is null ? throw Unavailable(outcome) : NotWon(holder);
    }

    /// <summary>
    /// Reserves and raises anew at the nodes, as for a claim as sent: the reservation made with the claim was only an early check, and may have
    /// expired. Returns Lost also when a node remembers another owner's send; the record is then put in doubt.
    /// </summary>
    public async ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation)
    {
        var marked = await _authority.MarkSentAsync(ticket, destination, cancellation);
        if (marked != TransitionResult.Applied)
            return marked;
        if (await _authority.FindAsync(ticket.Key, CancellationToken.None) is not { } record)
            return TransitionResult.Missing;
        var outcome = await _quorum.AcquireSentAsync(ticket, record.Destination, record.ExpiresAt - record.CreatedAt);
        if (outcome is QuorumOutcome.Acquired)
            return TransitionResult.Applied;
        if (HolderOf(outcome) is not { Sent: true } holder)
            throw Unavailable(outcome);
        await PutInDoubtAsync(ticket, holder);
        return TransitionResult.Lost;
    }

    public ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation) =>
        _authority.RenewAsync(ticket, lease, cancellation);

    public ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation) =>
        _authority.CompleteAsync(ticket, response, retention, cancellation);

    public ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation) =>
        _authority.HoldAsync(ticket, evidence, cancellation);

    /// <summary>Releases the nodes first: if the authority were free before them, the next owner would find an entry on the nodes and a doubt, although nothing was sent.</summary>
    public async ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation)
    {
        var outcome = await _quorum.ReleaseAsync(ticket);
        return outcome is QuorumOutcome.Free ? await _authority.ReleaseAsync(ticket, cancellation) : throw Unavailable(outcome);
    }

    public ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation) => _authority.FindAsync(key, cancellation);

    /// <summary>
    /// "Never sent" also deletes from the nodes exactly the entries that they had before the authority was asked. Applied also when only the nodes had
    /// an entry, because the authority lost the record.
    /// </summary>
    public async ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation)
    {
        if (resolution is not DoubtResolution.NeverSent)
            return await _authority.ResolveAsync(key, resolution, retention, cancellation);
        var sighting = await _quorum.LookAsync(key);
        if (!sighting.IsMajority)
            throw new StoreUnavailableException(StoreFailure.Unreachable, "too few RedLock nodes answered; nothing was resolved");
        var result = await _authority.ResolveAsync(key, resolution, retention, cancellation);
        if (result == TransitionResult.Lost || !sighting.SaysSent)
            return result;
        var outcome = await _quorum.ForgetAsync(sighting);
        return outcome is QuorumOutcome.Free ? TransitionResult.Applied : throw Unavailable(outcome);
    }

    public ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation) =>
        _authority.EraseAsync(key, tombstone, cancellation);

    /// <summary>The authority's list, because it has the records.</summary>
    /// <exception cref="NotSupportedException">The authority cannot list doubts.</exception>
    public ValueTask<DoubtPage> ListDoubtsAsync(int limit, CancellationToken cancellation) => Doubts.ListDoubtsAsync(limit, cancellation);

    /// <inheritdoc cref="ListDoubtsAsync"/>
    public ValueTask<long> CountDoubtsAsync(CancellationToken cancellation) => Doubts.CountDoubtsAsync(cancellation);

    private IDoubtList Doubts => _authority as IDoubtList ?? throw new NotSupportedException($"{_authority.GetType().Name} keeps no list of doubts");

    /// <summary>Uses the authority alone: if it loses a subject's index, it loses the records in it as well.</summary>
    public ValueTask<TimeSpan?> NoteSubjectAsync(SubjectKey subject, SubjectEntry entry, TimeSpan retention, CancellationToken cancellation) =>
        Index.NoteSubjectAsync(subject, entry, retention, cancellation);

    public ValueTask<IReadOnlyList<SubjectEntry>> OrderErasureAsync(SubjectKey subject, ErasureOrder order, CancellationToken cancellation) =>
        Index.OrderErasureAsync(subject, order, cancellation);

    public ValueTask EndErasureAsync(SubjectKey subject, SubjectEntry entry, CancellationToken cancellation) => Index.EndErasureAsync(subject, entry, cancellation);

    /// <summary>Uses the authority alone: counts need no guard.</summary>
    public ValueTask<Track[]> SeeAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation) => _sightings.SeeAsync(sightings, cancellation);

    public IDisposable OnOverruled(Action<StorageKey> hear) => _signals.OnOverruled(hear);

    public Task WaitForEndAsync(StorageKey key, TimeSpan atMost, CancellationToken cancellation) =>
        _signals.WaitForEndAsync(key, atMost, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _quorum.DisposeAsync();
        await _authority.DisposeAsync();
    }

    private ISubjectIndex Index => _authority as ISubjectIndex ?? throw new NotSupportedException($"{_authority.GetType().Name} keeps no subjects");

    /// <summary>
    /// Gives the authority's claim back, because this owner sent nothing. If the authority cannot be reached, the lease ends in doubt: a needless doubt, but never a second send.
    /// </summary>
    /// <param name="inDoubt">An earlier owner may have sent, so the record goes back into doubt. If it was merely claimed, nobody has, and it is released.</param>
    private ValueTask GiveBackAsync(ClaimTicket ticket, bool inDoubt) => TellAuthorityAsync(async () =>
    {
        if (!inDoubt || await _authority.HoldAsync(ticket, ReadOnlyMemory<byte>.Empty, CancellationToken.None) == TransitionResult.Lost)
            await _authority.ReleaseAsync(ticket, CancellationToken.None);
    });

    /// <summary>
    /// Puts the record in doubt, because another owner sent. If the authority knows no earlier owner, it has lost that record, and has only the destination that this owner would have used:
    /// the holder's replaces it. Otherwise the authority's own destination stays, because a node may have missed that the request moved on.
    /// </summary>
    private ValueTask PutInDoubtAsync(ClaimTicket ticket, HeldGuard holder) => TellAuthorityAsync(async () =>
    {
        await _authority.MarkSentAsync(ticket, ticket.Fence == 1 ? DestinationOf(holder) : null, CancellationToken.None);
        await _authority.HoldAsync(ticket, ReadOnlyMemory<byte>.Empty, CancellationToken.None);
    });

    /// <exception cref="StoreUnavailableException">Always Unreachable, which means that the claim may have been granted: it was, so the caller must withdraw it.</exception>
    private static async ValueTask TellAuthorityAsync(Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (StoreUnavailableException e)
        {
            throw new StoreUnavailableException(StoreFailure.Unreachable, $"RedLock: the claim could not be guarded by the nodes, nor given back to the record store ({e.Message})", e);
        }
    }

    private static HeldGuard? HolderOf(QuorumOutcome outcome) => outcome switch
    {
        QuorumOutcome.Conflicted(var holder) => holder,
        QuorumOutcome.Lost(var holder) => holder,
        _ => null,
    };

    private static string? DestinationOf(HeldGuard holder) => holder.Destination.Length == 0 ? null : holder.Destination;

    private static ClaimResult NotWon(HeldGuard held) => held.Sent
        ? new ClaimResult.InDoubt(ReadOnlyMemory<byte>.Empty, DestinationOf(held), Fence: 0)
        : new ClaimResult.InProgress(held.Remaining);

    private static StoreUnavailableException Unavailable(QuorumOutcome outcome) => outcome switch
    {
        QuorumOutcome.NoQuorum(var failure, var reason) => new(failure, $"RedLock: {reason}"),
        QuorumOutcome.Expired => new(StoreFailure.Unreachable, "RedLock: the reservations expired before they were raised; raise Store:RedLock:ClaimTtl"),
        QuorumOutcome.Conflicted or QuorumOutcome.Lost => new(StoreFailure.Unreachable, "RedLock: another owner has the key on the nodes"),
        _ => throw new InvalidOperationException($"no failure: {outcome.GetType()}"),
    };
}
