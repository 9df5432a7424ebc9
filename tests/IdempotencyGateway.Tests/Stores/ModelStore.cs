using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Tests.Stores;

/// <summary>
/// The reference model of the store protocol, written as plainly as possible and independently of the real stores. The simulation compares real stores with
/// it, and it passes the same contract suite.
/// </summary>
internal sealed class ModelStore(TimeProvider time) : IIdempotencyStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StorageKey, Entry> _entries = [];

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Simulates that the process ends and another one opens the store.</summary>
    public void Restart()
    {
        foreach (var (key, entry) in _entries.ToList())
        {
            if (entry.State == RecordState.Claimed)
                _entries.Remove(key);
            if (entry.State == RecordState.Sent)
                entry.State = RecordState.Doubt;
        }
    }

    public ValueTask<ClaimResult> ClaimAsync(ClaimRequest request, CancellationToken cancellation)
    {
        lock (_gate)
            return new(Claim(request));
    }

    public ValueTask<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination, CancellationToken cancellation) =>
        Write(ticket, [RecordState.Claimed, RecordState.Sent], entry =>
        {
            entry.State = RecordState.Sent;
            entry.Destination = destination ?? entry.Destination;
        });

    public ValueTask<TransitionResult> RenewAsync(ClaimTicket ticket, TimeSpan lease, CancellationToken cancellation) =>
        Write(ticket, [RecordState.Claimed, RecordState.Sent], entry => entry.LeaseUntil = Now + lease);

    public ValueTask<TransitionResult> CompleteAsync(
        ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, CancellationToken cancellation) =>
        Write(ticket, [RecordState.Sent, RecordState.Doubt, RecordState.Done], entry =>
        {
            if (entry.State != RecordState.Done)
                entry.Settle(response, Now + retention);
        });

    public ValueTask<TransitionResult> HoldAsync(ClaimTicket ticket, ReadOnlyMemory<byte> evidence, CancellationToken cancellation) =>
        Write(ticket, [RecordState.Sent, RecordState.Doubt], entry =>
        {
            entry.State = RecordState.Doubt;
            if (!evidence.IsEmpty && (!entry.OwnerIsInDoubt || entry.Content.Length == 0))
                entry.Content = evidence.ToArray();
            entry.OwnerIsInDoubt = true;
        });

    public ValueTask<TransitionResult> ReleaseAsync(ClaimTicket ticket, CancellationToken cancellation) =>
        Write(ticket, [RecordState.Claimed, RecordState.Sent, RecordState.Doubt], _ => _entries.Remove(ticket.Key), except: entry => entry.OwnerIsInDoubt);

    public ValueTask<StoredRecord?> FindAsync(StorageKey key, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return new(Live(key) is { } entry
                ? new StoredRecord(
                    entry.State, entry.Fence, entry.CreatedAt, entry.ExpiresAt, Remaining(entry), entry.Destination, entry.Content)
                : null);
        }
    }

    public ValueTask<TransitionResult> ResolveAsync(
        StorageKey key, DoubtResolution resolution, TimeSpan retention, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (Live(key) is not { } entry)
                return new(TransitionResult.Missing);
            if (entry.State != RecordState.Doubt && !(entry.State == RecordState.Sent && entry.LeaseUntil <= Now))
                return new(TransitionResult.Lost);
            if (resolution is DoubtResolution.Executed executed)
                entry.Settle(executed.Response, Now + retention, forgetOwner: true);
            else
                _entries.Remove(key);
            return new(TransitionResult.Applied);
        }
    }

    public ValueTask<TransitionResult> EraseAsync(StorageKey key, ReadOnlyMemory<byte> tombstone, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (Live(key) is not { } entry)
                return new(TransitionResult.Missing);
            entry.Settle(tombstone, entry.ExpiresAt, forgetOwner: true);
            return new(TransitionResult.Applied);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ClaimResult Claim(ClaimRequest request)
    {
        if (Live(request.Key) is not { } entry)
        {
            entry = new Entry
            {
                Fingerprint = request.Fingerprint,
                CreatedAt = Now,
                ExpiresAt = Now + request.Retention,
            };
            _entries[request.Key] = entry;
            return Grant(entry, request, request.Destination);
        }
        if (entry.Fingerprint != request.Fingerprint)
            return ClaimResult.Mismatch.Instance;
        if (entry.State == RecordState.Done)
            return new ClaimResult.Completed(entry.Content, entry.ExpiresAt - Now, entry.Fence);
        if (entry.State != RecordState.Doubt && entry.Owner == request.Owner)
            return GrantAgain(entry, request);
        if (entry.State != RecordState.Doubt && entry.LeaseUntil > Now)
            return new ClaimResult.InProgress(entry.LeaseUntil - Now);
        if (entry.State == RecordState.Claimed)
            return Grant(entry, request, request.Destination);
        entry.State = RecordState.Doubt;
        return request.TakeFromDoubt
            ? Grant(entry, request with { AsSent = true }, entry.Destination ?? request.Destination)
            : new ClaimResult.InDoubt(entry.Content, entry.Destination, entry.Fence);
    }

    private ClaimResult.Won Grant(Entry entry, ClaimRequest request, string? destination)
    {
        entry.State = request.AsSent ? RecordState.Sent : RecordState.Claimed;
        entry.Owner = request.Owner;
        entry.OwnerIsInDoubt = false;
        entry.Fence++;
        entry.LeaseUntil = Now + request.Lease;
        entry.Destination = destination;
        return Won(entry, request);
    }

    private ClaimResult.Won GrantAgain(Entry entry, ClaimRequest request)
    {
        if (request.AsSent)
            entry.State = RecordState.Sent;
        entry.LeaseUntil = Now + request.Lease;
        entry.Destination ??= request.Destination;
        return Won(entry, request);
    }

    private static ClaimResult.Won Won(Entry entry, ClaimRequest request) =>
        new(new ClaimTicket(request.Key, request.Owner, entry.Fence), entry.Destination) { Evidence = entry.Content };

    private ValueTask<TransitionResult> Write(ClaimTicket ticket, RecordState[] from, Action<Entry> change, Predicate<Entry>? except = null)
    {
        lock (_gate)
        {
            if (Live(ticket.Key) is not { } entry)
                return new(TransitionResult.Missing);
            if (entry.Owner != ticket.Owner || entry.Fence != ticket.Fence || !from.Contains(entry.State) || except?.Invoke(entry) == true)
                return new(TransitionResult.Lost);
            change(entry);
            return new(TransitionResult.Applied);
        }
    }

    private Entry? Live(StorageKey key) => _entries.GetValueOrDefault(key) is { } entry && entry.ExpiresAt > Now ? entry : null;

    private TimeSpan Remaining(Entry entry) =>
        entry.State is RecordState.Claimed or RecordState.Sent && entry.LeaseUntil > Now ? entry.LeaseUntil - Now : TimeSpan.Zero;

    private sealed class Entry
    {
        public RecordState State { get; set; }

        public required Fingerprint Fingerprint { get; init; }

        public OwnerId? Owner { get; set; }

        /// <summary>Whether the owner declared the doubt itself; otherwise the record went into doubt when its lease lapsed.</summary>
        public bool OwnerIsInDoubt { get; set; }

        public long Fence { get; set; }

        public DateTimeOffset LeaseUntil { get; set; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset ExpiresAt { get; set; }

        public string? Destination { get; set; }

        public byte[] Content { get; set; } = [];

        public void Settle(ReadOnlyMemory<byte> content, DateTimeOffset expiresAt, bool forgetOwner = false)
        {
            State = RecordState.Done;
            Content = content.ToArray();
            ExpiresAt = expiresAt;
            if (forgetOwner)
                Owner = null;
        }
    }
}
