using System.Globalization;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Records in Redis, shared by a fleet: one server, one under Sentinel, or a Cluster. Each operation is one script on one key, so one round trip and one atomic step.
/// What Redis acknowledged is as durable as it is configured to be; README.md in this folder says what each setting does and does not cover.
/// <para>
/// A record is gone when its retention ends, by Redis's own expiry. The lease is a field: it decides when others stop waiting, and never removes anything.
/// </para>
/// </summary>
public sealed class RedisIdempotencyStore : IIdempotencyStore, IRecordSignals, ISightings
{
    private readonly RedisLink _link;
    private readonly PermissionWriter _permissions;
    private readonly RedisSignals _signals;
    private readonly RedisSightings _sightings;
    private readonly TimeProvider _clock;

    private RedisIdempotencyStore(RedisLink link, TimeProvider clock)
    {
        _link = link;
        _clock = clock;
        _permissions = new(link, clock);
        _signals = new(clock);
        _sightings = new(link, clock);
        link.Restored += _signals.WakeAll;
        link.Replacing.Add(_signals.SubscribeAsync);
    }

    /// <summary>Keys that somebody in this process waits for.</summary>
    internal int WaitedFor => _signals.WaitedFor;

    /// <summary>Connects, and looks at what it connected to: a store that would lose records is refused here and not found out later.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be used; the message says why and what to change.</exception>
    public static async Task<RedisIdempotencyStore> OpenAsync(RedisSnapshot options, TimeProvider clock)
    {
        var connecting = new RedisConnecting(options, clock);
        var link = await RedisLink.OpenAsync(connecting, clock);
        try
        {
            await StartupChecks.RunAsync(link);
            var store = new RedisIdempotencyStore(link, clock);
            await store._permissions.OpenAsync();
            await store._signals.SubscribeAsync(link.Connection).WaitAsync(options.OperationTimeout, clock);
            return store;
        }
        catch (Exception e)
        {
            await link.DisposeAsync();
            throw e.ToUnavailable(link.Where);
        }
    }

    public async ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation)
    {
        var attempt = _permissions.NextAttempt();
        var owner = Bytes(request.Owner);
        RedisValue[] arguments =
        [
            request.Fingerprint.Digest.ToArray(),
            owner,
            Milliseconds(request.Lease),
            Milliseconds(request.Retention),
            (int)(request.AsSent ? RecordState.Sent : RecordState.Claimed),
            request.Destination ?? "",
            request.TakeFromDoubt,
            attempt,
        ];
        var reply = await _permissions.RunAsync(
            RecordScript.Claim, RecordKey.Of(request.Key), arguments, reply => request.AsSent && RedisReplies.IsWon(reply), won => [owner, RedisReplies.FenceOf(won), attempt], cancellation);
        return RedisReplies.ReadClaim(reply, request);
    }

    public async ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation)
    {
        var attempt = _permissions.NextAttempt();
        var owner = Bytes(ticket.Owner);
        var reply = await _permissions.RunAsync(
            RecordScript.MarkSent,
            RecordKey.Of(ticket.Key),
            [owner, ticket.Fence, destination ?? "", attempt],
            RedisReplies.IsApplied,
            _ => [owner, ticket.Fence, attempt],
            cancellation);
        return RedisReplies.ReadTransition(reply);
    }

    public ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation) =>
        ChangeAsync(RecordScript.Renew, ticket.Key, [Bytes(ticket.Owner), ticket.Fence, Milliseconds(lease)], cancellation);

    public ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation) =>
        ChangeAsync(RecordScript.Complete, ticket.Key, [Bytes(ticket.Owner), ticket.Fence, Bytes(response), Milliseconds(retention)], cancellation);

    public ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation) =>
        ChangeAsync(RecordScript.Hold, ticket.Key, [Bytes(ticket.Owner), ticket.Fence, Bytes(evidence)], cancellation);

    public ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation) =>
        ChangeAsync(RecordScript.Release, ticket.Key, [Bytes(ticket.Owner), ticket.Fence], cancellation);

    public async ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation) =>
        RedisReplies.ReadRecord(await _link.RunAsync(RecordScript.Find, RecordKey.Of(key), [], _clock, cancellation));

    public ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation) => resolution switch
        {
            DoubtResolution.Executed executed =>
                ChangeAsync(RecordScript.Resolve, key, [true, Bytes(executed.Response), Milliseconds(retention)], cancellation),
            DoubtResolution.NeverSent => ChangeAsync(RecordScript.Resolve, key, [false, "", 0], cancellation),
            _ => throw new InvalidOperationException($"no resolution {resolution.GetType()}"),
        };

    public ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation) =>
        ChangeAsync(RecordScript.Erase, key, [Bytes(tombstone)], cancellation);

    public ValueTask<Track[]> SeeAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation) => _sightings.SeeAsync(sightings, cancellation);

    public IDisposable OnOverruled(Action<StorageKey> hear) => _signals.OnOverruled(hear);

    public Task WaitForEndAsync(StorageKey key, TimeSpan atMost, CancellationToken cancellation) =>
        _signals.WaitForEndAsync(key, atMost, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _permissions.DisposeAsync();
        await _link.DisposeAsync();
    }

    private async ValueTask<TransitionResult> ChangeAsync(
        RecordScript script, StorageKey key, RedisValue[] arguments, CancellationToken cancellation) =>
        RedisReplies.ReadTransition(await _link.RunAsync(script, RecordKey.Of(key), arguments, _clock, cancellation));

    private static byte[] Bytes(OwnerId owner)
    {
        var bytes = new byte[OwnerId.SizeInBytes];
        owner.Write(bytes);
        return bytes;
    }

    /// <summary>The library keeps what it is given until it is written, after the caller may have stopped waiting: the memory has to be its own.</summary>
    private static RedisValue Bytes(ReadOnlyMemory<byte> bytes) => bytes.ToArray();

    /// <summary>Rounded up, so that no positive duration becomes none.</summary>
    private static long Milliseconds(TimeSpan duration) => (long)Math.Ceiling(duration.TotalMilliseconds);
}
