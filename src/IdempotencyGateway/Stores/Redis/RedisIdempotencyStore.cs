using System.Runtime.CompilerServices;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis.Direct;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// The store of a fleet: records in Redis (one server, one under Sentinel, or a Cluster). Each operation is one script on one key, so one round trip and one atomic step.
/// What Redis acknowledged is as durable as Redis is configured to make it; README.md in this folder says what each setting does and does not cover.
/// <para>
/// Redis's own expiry removes a record when its retention ends. The lease is a field: it decides when others stop waiting, and never removes anything.
/// </para>
/// </summary>
public sealed class RedisIdempotencyStore : IIdempotencyStore, IRecordSignals, IDoubtList, ISubjectIndex, ISightings
{
    private readonly RedisLink _link;
    private readonly DirectLane _lane;
    private readonly DirectRecords _direct;
    private readonly PermissionWriter _permissions;
    private readonly RedisSignals _signals;
    private readonly DoubtIndex _doubts;
    private readonly RedisSightings _sightings;
    private readonly TimeProvider _clock;

    private RedisIdempotencyStore(RedisLink link, TimeProvider clock)
    {
        _link = link;
        _clock = clock;
        _lane = new(link, clock);
        _direct = new(link, _lane);
        _permissions = new(link, clock);
        _signals = new(link.Names, clock);
        _doubts = new(link, _lane, FindAsync, clock);
        _sightings = new(link, clock);
        link.Restored += _signals.WakeAll;
        link.Replacing.Add(_signals.SubscribeAsync);
    }

    /// <summary>How many keys requests in this process wait for.</summary>
    internal int WaitedFor => _signals.WaitedFor;

    /// <summary>Connects and checks how Redis is set up: one that may lose records is refused here.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be used; the message says why and what to change.</exception>
    public static async Task<RedisIdempotencyStore> OpenAsync(RedisSnapshot options, TimeProvider clock)
    {
        var connecting = new RedisConnecting(options, clock);
        var link = await OpenCheckedAsync(connecting, clock);
        try
        {
            var store = new RedisIdempotencyStore(link, clock);
            await store._permissions.OpenAsync();
            await store._lane.OpenAsync();
            await store._signals.SubscribeAsync(link.Connection).WaitAsync(options.OperationTimeout, clock);
            return store;
        }
        catch (Exception e)
        {
            await link.DisposeAsync();
            throw e.ToUnavailable(link.Where);
        }
    }

    /// <summary>The client library sometimes never sends the first command on a connection. That is rare, so it is tried once more on another connection.</summary>
    private static async Task<RedisLink> OpenCheckedAsync(RedisConnecting connecting, TimeProvider clock)
    {
        const int Attempts = 2;
        for (var attempt = 1; ; attempt++)
        {
            var link = await RedisLink.OpenAsync(connecting, clock);
            try
            {
                await StartupChecks.RunAsync(link, clock);
                return link;
            }
            catch (Exception e)
            {
                await link.DisposeAsync();
                if (e is not TimeoutException || attempt == Attempts)
                    throw e.ToUnavailable(link.Where);
            }
        }
    }

    // Pooled, because every exchange runs it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation)
    {
        var key = _link.Names.Of(request.Key);
        var attempt = _permissions.NextAttempt();
        var record = RecordLayout.Claim(request, attempt);
        var result = (_permissions.NeedReplicas ? null : await _direct.TryClaimAsync(request, key, record, cancellation))
            ?? await ClaimByScriptAsync(request, key, record, attempt, cancellation);
        if (result is ClaimResult.Won && request.AsSent)
            _doubts.Sent(request.Key, request.Lease);
        else if (result is ClaimResult.InDoubt)
            _doubts.Doubted(request.Key);
        return result;
    }

    public async ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation)
    {
        var attempt = RecordLayout.Attempt(_permissions.NextAttempt());
        var proof = Proof(ticket);
        var reply = await _permissions.RunAsync(
            RecordScript.MarkSent, _link.Names.Of(ticket.Key), [proof, destination ?? "", attempt], RedisReplies.IsApplied, _ => [proof, attempt], cancellation);
        var result = RedisReplies.ReadTransition(reply);
        if (result == TransitionResult.Applied)
            _doubts.Sent(ticket.Key, lease: TimeSpan.Zero);
        return result;
    }

    public async ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation)
    {
        var result = await ChangeAsync(RecordScript.Renew, ticket.Key, [Proof(ticket), WholeMilliseconds.Of(lease)], cancellation);
        if (result == TransitionResult.Applied)
            _doubts.Sent(ticket.Key, lease);
        return result;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation)
    {
        var result = await ChangeAsync(RecordScript.Complete, ticket.Key, [Proof(ticket), Bytes(response), WholeMilliseconds.Of(retention)], cancellation);
        if (result == TransitionResult.Applied)
            _doubts.Settled(ticket.Key, retention);
        return result;
    }

    public async ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation)
    {
        var result = await ChangeAsync(RecordScript.Hold, ticket.Key, [Proof(ticket), Bytes(evidence)], cancellation);
        if (result == TransitionResult.Applied)
            _doubts.Doubted(ticket.Key);
        return result;
    }

    public async ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation)
    {
        var result = await ChangeAsync(RecordScript.Release, ticket.Key, [Proof(ticket)], cancellation);
        if (result == TransitionResult.Applied)
            _doubts.Freed(ticket.Key);
        return result;
    }

    public async ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation) =>
        RedisReplies.ReadRecord(await _link.RunAsync(RecordScript.Find, _link.Names.Of(key), [], _clock, cancellation));

    public ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation) => resolution switch
        {
            DoubtResolution.Executed executed =>
                ChangeAsync(RecordScript.Resolve, key, [true, Bytes(executed.Response), WholeMilliseconds.Of(retention)], cancellation),
            DoubtResolution.NeverSent => ChangeAsync(RecordScript.Resolve, key, [false, "", 0], cancellation),
            _ => throw new InvalidOperationException($"no resolution {resolution.GetType()}"),
        };

    /// <summary>Waits for <c>Durability.Replicas</c>: a failover must not bring back what was reported as erased.</summary>
    public async ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation) =>
        RedisReplies.ReadTransition(await _permissions.RunAsync(RecordScript.Erase, _link.Names.Of(key), [Bytes(tombstone)], cancellation));

    /// <inheritdoc/>
    public async ValueTask<DoubtPage> ListDoubtsAsync(int limit, CancellationToken cancellation)
    {
        var doubts = await _doubts.ReadAsync(cancellation);
        return new([.. doubts.Take(limit)], doubts.Count);
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountDoubtsAsync(CancellationToken cancellation) => (await _doubts.ReadAsync(cancellation)).Count;

    public async ValueTask<TimeSpan?> NoteSubjectAsync(SubjectKey subject, SubjectEntry entry, TimeSpan retention, CancellationToken cancellation) =>
        RedisReplies.ReadOrder(
            await _permissions.RunAsync(
                RecordScript.NoteSubject, _link.Names.Of(subject), [entry.ToArray(), WholeMilliseconds.Of(retention), OrderMemory], cancellation));

    public async ValueTask<IReadOnlyList<SubjectEntry>> OrderErasureAsync(SubjectKey subject, ErasureOrder order, CancellationToken cancellation) =>
        RedisReplies.ReadSubject(
            await _permissions.RunAsync(
                RecordScript.OrderErasure,
                _link.Names.Of(subject),
                [order.Caller?.ToArray() ?? [], order.Deletion?.Digest.ToArray() ?? [], WholeMilliseconds.Of(order.Retention), OrderMemory],
                cancellation));

    public async ValueTask EndErasureAsync(SubjectKey subject, SubjectEntry entry, CancellationToken cancellation) =>
        await _link.RunAsync(RecordScript.EndErasure, _link.Names.Of(subject), [entry.ToArray()], _clock, cancellation);

    public ValueTask<Track[]> SeeAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation) => _sightings.SeeAsync(sightings, cancellation);

    public IDisposable OnOverruled(Action<StorageKey> hear) => _signals.OnOverruled(hear);

    public Task WaitForEndAsync(StorageKey key, TimeSpan atMost, CancellationToken cancellation) =>
        _signals.WaitForEndAsync(key, atMost, cancellation);

    public async ValueTask DisposeAsync()
    {
        _lane.Dispose();
        await _permissions.DisposeAsync();
        await _link.DisposeAsync();
    }

    private async ValueTask<ClaimResult> ClaimByScriptAsync(ClaimRequest request, RedisKey key, byte[] record, long attempt, CancellationToken cancellation) =>
        RedisReplies.ReadClaim(
            await _permissions.RunAsync(
                RecordScript.Claim,
                key,
                [record, WholeMilliseconds.Of(request.Retention), request.TakeFromDoubt],
                reply => request.AsSent && RedisReplies.IsWon(reply),
                won => [RecordLayout.Ticket(request.Owner, RedisReplies.FenceOf(won)), RecordLayout.Attempt(attempt)],
                cancellation),
            request);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TransitionResult> ChangeAsync(RecordScript script, StorageKey key, RedisValue[] arguments, CancellationToken cancellation)
    {
        var name = _link.Names.Of(key);
        return await _direct.TryChangeAsync(script, name, arguments, cancellation)
            ?? RedisReplies.ReadTransition(await _link.RunAsync(script, name, arguments, _clock, cancellation));
    }

    private static long OrderMemory => WholeMilliseconds.Of(ISubjectIndex.OrderMemory);

    private static RedisValue Proof(ClaimTicket ticket) => RecordLayout.Ticket(ticket.Owner, ticket.Fence);

    /// <summary>Copies: the library may read the bytes after the caller has stopped waiting and reused its memory.</summary>
    private static RedisValue Bytes(ReadOnlyMemory<byte> bytes) => bytes.ToArray();
}
