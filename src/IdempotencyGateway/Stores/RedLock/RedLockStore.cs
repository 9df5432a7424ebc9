using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Resilience;
using IdempotencyGateway.Stores.Sightings;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>
/// A record store that may forget, guarded by independent Redis nodes that remember who was given the permission to send.
/// Invariant: a claim is won as sent only after the authority said so <em>and</em> a majority of nodes turned this owner's reservation into
/// <c>sent</c>, by compare-and-set, kept for the retention. Two owners would need a node that did so for both.
/// <para>
/// The authority is asked first: it decides the races, so that in ordinary life its winner is alone at the nodes, and duplicates, replays and
/// every other answer cost what they cost without the nodes and need none of them. Then, at the nodes, two rounds: reserve for a moment, raise to
/// sent. A reservation heals by itself when its owner dies, and the second round needs no clock: whether it came late shows in the answers.
/// </para>
/// <para>
/// Nothing is unlocked after sending: completing and holding leave the entries to the retention. Whoever comes to the nodes with the authority's
/// word and finds another owner's <c>sent</c> learns that the authority lost a record: the key is in doubt, in the authority again too.
/// What all this covers and what not is in README.md in this folder. One asking at a time per owner: the next after the last has ended.
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
    /// Connects to the nodes. Those that do not answer are tried again in the background, also when they are the majority: until they come, claims
    /// are refused as unavailable.
    /// </summary>
    /// <param name="authority">The record store, from now on closed with this one.</param>
    public static async Task<RedLockStore> OpenAsync(IIdempotencyStore authority, RedLockSnapshot options, TimeProvider clock)
    {
        var nodes = await Task.WhenAll(options.Nodes.Select(endpoint => RedisGuardNode.ConnectAsync(endpoint, options)));
        return new(authority, nodes, options.Timeout, options.ClaimTtl, clock);
    }

    /// <summary>The authority's; the nodes have none, a majority is asked each time.</summary>
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
        // A later owner on a route that forwards again: what an earlier one sent is no obstacle, and must never be let go.
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
        // A later owner may have it from doubt though it does not say so: by an earlier asking, whose reply was lost.
        await (holder is { Sent: true } ? PutInDoubtAsync(won.Ticket, holder) : GiveBackAsync(won.Ticket, inDoubt: won.Ticket.Fence > 1));
        return holder is null ? throw Unavailable(outcome) : NotWon(holder);
    }

    /// <summary>
    /// The nodes are asked anew, as for a claim that is sent at once: the reservation made with the claim only told that the way was free,
    /// and may be gone. Lost also when the nodes say that another owner sent; the record is then in doubt.
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

    /// <summary>The nodes first: were the authority free before them, the next owner would find a doubt where there is none.</summary>
    public async ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation)
    {
        var outcome = await _quorum.ReleaseAsync(ticket);
        return outcome is QuorumOutcome.Free ? await _authority.ReleaseAsync(ticket, cancellation) : throw Unavailable(outcome);
    }

    public ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation) => _authority.FindAsync(key, cancellation);

    /// <summary>
    /// "Never sent" also frees the nodes, of exactly what they held before the authority was asked. Applied also when only they had something: the
    /// authority lost the record.
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

    /// <summary>The authority's, which holds the records.</summary>
    /// <exception cref="NotSupportedException">It cannot list them.</exception>
    public ValueTask<DoubtPage> ListDoubtsAsync(int limit, CancellationToken cancellation) => Doubts.ListDoubtsAsync(limit, cancellation);

    /// <inheritdoc cref="ListDoubtsAsync"/>
    public ValueTask<long> CountDoubtsAsync(CancellationToken cancellation) => Doubts.CountDoubtsAsync(cancellation);

    private IDoubtList Doubts => _authority as IDoubtList ?? throw new NotSupportedException($"{_authority.GetType().Name} keeps no list of doubts");

    /// <summary>The authority's: what it forgets of its subjects it forgets of their records too.</summary>
    public ValueTask<TimeSpan?> NoteSubjectAsync(SubjectKey subject, SubjectEntry entry, TimeSpan retention, CancellationToken cancellation) =>
        Index.NoteSubjectAsync(subject, entry, retention, cancellation);

    public ValueTask<IReadOnlyList<SubjectEntry>> OrderErasureAsync(SubjectKey subject, ErasureOrder order, CancellationToken cancellation) =>
        Index.OrderErasureAsync(subject, order, cancellation);

    public ValueTask EndErasureAsync(SubjectKey subject, SubjectEntry entry, CancellationToken cancellation) => Index.EndErasureAsync(subject, entry, cancellation);

    /// <summary>At the authority: counts are no permissions, so the quorum has no part in them.</summary>
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

    /// <summary>Nothing was sent by this owner. Should the authority not hear of it, its lease ends in doubt: a doubt too many, never a send too many.</summary>
    /// <param name="inDoubt">Another one may have sent it, unless it was merely claimed: then nobody has, and it is free.</param>
    private ValueTask GiveBackAsync(ClaimTicket ticket, bool inDoubt) => TellAuthorityAsync(async () =>
    {
        if (!inDoubt || await _authority.HoldAsync(ticket, ReadOnlyMemory<byte>.Empty, CancellationToken.None) == TransitionResult.Lost)
            await _authority.ReleaseAsync(ticket, CancellationToken.None);
    });

    /// <summary>
    /// Another owner sent it. Where this one is the first that the authority knows, it has lost that, and says where this one would have sent it, not where it went. Otherwise
    /// the authority remembers where it went last, which a node may have missed.
    /// </summary>
    private ValueTask PutInDoubtAsync(ClaimTicket ticket, HeldGuard holder) => TellAuthorityAsync(async () =>
    {
        await _authority.MarkSentAsync(ticket, ticket.Fence == 1 ? DestinationOf(holder) : null, CancellationToken.None);
        await _authority.HoldAsync(ticket, ReadOnlyMemory<byte>.Empty, CancellationToken.None);
    });

    /// <exception cref="StoreUnavailableException">Always as of something that may have run, for what is given back has: so the caller sees to it.</exception>
    private static async ValueTask TellAuthorityAsync(Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (StoreUnavailableException e)
        {
            throw new StoreUnavailableException(StoreFailure.Unreachable, $"RedLock: not guarded, and not given back ({e.Message})", e);
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
        QuorumOutcome.Expired => new(StoreFailure.Unreachable, "RedLock: the reservations lapsed before they were raised; ClaimTtl is too short for these nodes"),
        QuorumOutcome.Conflicted or QuorumOutcome.Lost => new(StoreFailure.Unreachable, "RedLock: another owner stands in the way"),
        _ => throw new InvalidOperationException($"no failure: {outcome.GetType()}"),
    };
}
