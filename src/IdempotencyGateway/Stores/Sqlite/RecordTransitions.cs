using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The state machine as pure functions: each takes the live record (null when absent or expired) and returns the operation's result and the
/// record's next state. A transition that is not listed as allowed leaves the record unchanged.
/// </summary>
internal static class RecordTransitions
{
    public static Decision<ClaimResult> Claim(RecordRow? row, ClaimRequest request, StoreTime now)
    {
        if (row is null)
            return Win(Create(request, now), request);
        if (row.Fingerprint != request.Fingerprint)
            return new(ClaimResult.Mismatch.Instance, row);
        return row.State switch
        {
            RecordState.Claimed or RecordState.Sent when row.Owner == request.Owner => WinAgain(row, request, now),
            RecordState.Claimed when row.HasLapsed(now) => TakeOver(row, request, now),
            RecordState.Sent when row.HasLapsed(now) => ClaimDoubt(row with { State = RecordState.Doubt }, request, now),
            RecordState.Claimed or RecordState.Sent => new(new ClaimResult.InProgress(row.RemainingLease(now)), row),
            RecordState.Done => new(new ClaimResult.Completed(row.Content, row.RemainingRetention(now), row.Fence), row),
            RecordState.Doubt => ClaimDoubt(row, request, now),
            _ => throw new InvalidOperationException($"no claim on state {row.State}"),
        };
    }

    public static Decision<TransitionResult> MarkSent(RecordRow? row, ClaimTicket ticket, string? destination) => row switch
    {
        null => Missing,
        { State: RecordState.Claimed or RecordState.Sent } when row.IsOwnedBy(ticket) =>
            Applied(row with { State = RecordState.Sent, Destination = destination ?? row.Destination }),
        _ => Lost(row),
    };

    public static Decision<TransitionResult> Renew(RecordRow? row, ClaimTicket ticket, TimeSpan lease, StoreTime now) => row switch
    {
        null => Missing,
        { State: RecordState.Claimed or RecordState.Sent } when row.IsOwnedBy(ticket) =>
            Applied(row with { LeaseUntil = now.LeaseEnd(lease) }),
        _ => Lost(row),
    };

    public static Decision<TransitionResult> Complete(
        RecordRow? row, ClaimTicket ticket, ReadOnlyMemory<byte> response, TimeSpan retention, StoreTime now) => row switch
        {
            null => Missing,
            { State: RecordState.Sent or RecordState.Doubt } when row.IsOwnedBy(ticket) =>
                Applied(Settle(row, row.Owner, response, now.Expiry(retention))),
            { State: RecordState.Done } when row.IsOwnedBy(ticket) => Applied(row),
            _ => Lost(row),
        };

    /// <summary>Also allowed from a doubt that a lapsed lease caused: the owner's late evidence is worth keeping.</summary>
    public static Decision<TransitionResult> Hold(RecordRow? row, ClaimTicket ticket, ReadOnlyMemory<byte> evidence) => row switch
    {
        null => Missing,
        { State: RecordState.Sent } when row.IsOwnedBy(ticket) => Applied(Doubt(row, evidence)),
        { State: RecordState.Doubt } when row.IsOwnedBy(ticket) => Applied(row.LapsedIntoDoubt || row.Content.IsEmpty ? Doubt(row, evidence) : row),
        _ => Lost(row),
    };

    /// <summary>
    /// Also allowed from a doubt that a lapsed lease caused: the owner knows that nothing was sent. Not from a doubt that the owner declared, which says that it does not know.
    /// </summary>
    public static Decision<TransitionResult> Release(RecordRow? row, ClaimTicket ticket) => row switch
    {
        null => Missing,
        { State: RecordState.Claimed or RecordState.Sent } or { LapsedIntoDoubt: true } when row.IsOwnedBy(ticket) => Applied(null),
        _ => Lost(row),
    };

    /// <summary>Clears the owner, so that a late completion by the former owner is rejected and it learns that its answer is not the recorded one.</summary>
    public static Decision<TransitionResult> Resolve(RecordRow? row, DoubtResolution resolution, TimeSpan retention, StoreTime now)
    {
        if (row is null)
            return Missing;
        if (row.State != RecordState.Doubt && !(row.State == RecordState.Sent && row.HasLapsed(now)))
            return Lost(row);
        return resolution switch
        {
            DoubtResolution.Executed executed => Applied(Settle(row, null, executed.Response, now.Expiry(retention))),
            DoubtResolution.NeverSent => Applied(null),
            _ => throw new InvalidOperationException($"no resolution {resolution.GetType()}"),
        };
    }

    public static Decision<TransitionResult> Erase(RecordRow? row, ReadOnlyMemory<byte> tombstone) =>
        row is null ? Missing : Applied(Settle(row, null, tombstone, row.ExpiresAt));

    private static Decision<TransitionResult> Missing => new(TransitionResult.Missing, null);

    private static Decision<TransitionResult> Lost(RecordRow row) => new(TransitionResult.Lost, row);

    private static Decision<TransitionResult> Applied(RecordRow? next) => new(TransitionResult.Applied, next);

    private static RecordRow Create(ClaimRequest request, StoreTime now) => new()
    {
        State = ClaimedState(request),
        Fingerprint = request.Fingerprint,
        Owner = request.Owner,
        Fence = 1,
        LeaseUntil = now.LeaseEnd(request.Lease),
        CreatedAt = now.Latest,
        ExpiresAt = now.Expiry(request.Retention),
        Destination = request.Destination,
        Content = default,
    };

    /// <summary>
    /// A repeated claim with <see cref="ClaimRequest.AsSent"/> must also end as sent. Otherwise its owner would send while others can take over a merely claimed record.
    /// </summary>
    private static Decision<ClaimResult> WinAgain(RecordRow row, ClaimRequest request, StoreTime now) => Win(
        row with
        {
            State = request.AsSent ? RecordState.Sent : row.State,
            LeaseUntil = now.LeaseEnd(request.Lease),
            Destination = row.Destination ?? request.Destination,
        },
        request);

    private static Decision<ClaimResult> TakeOver(RecordRow row, ClaimRequest request, StoreTime now) => Win(
        row with
        {
            State = ClaimedState(request),
            Owner = request.Owner,
            Fence = row.Fence + 1,
            LeaseUntil = now.LeaseEnd(request.Lease),
            Destination = request.Destination,
        },
        request);

    /// <summary>
    /// A record taken from doubt becomes sent, never claimed. A claimed record may be released or taken over as if nothing had been sent, but this one may have been sent before.
    /// </summary>
    private static Decision<ClaimResult> ClaimDoubt(RecordRow row, ClaimRequest request, StoreTime now) => request.TakeFromDoubt
        ? Win(
            row with
            {
                State = RecordState.Sent,
                Owner = request.Owner,
                Fence = row.Fence + 1,
                LeaseUntil = now.LeaseEnd(request.Lease),
                Destination = row.Destination ?? request.Destination,
            },
            request)
        : new(new ClaimResult.InDoubt(row.Content, row.Destination, row.Fence), row);

    private static Decision<ClaimResult> Win(RecordRow row, ClaimRequest request) =>
        new(new ClaimResult.Won(new ClaimTicket(request.Key, request.Owner, row.Fence), row.Destination) { Evidence = row.Content }, row);

    private static RecordState ClaimedState(ClaimRequest request) => request.AsSent ? RecordState.Sent : RecordState.Claimed;

    /// <summary>A doubt declared by the owner. Without evidence of its own, an earlier owner's evidence is kept.</summary>
    private static RecordRow Doubt(RecordRow row, ReadOnlyMemory<byte> evidence) =>
        row with { State = RecordState.Doubt, LeaseUntil = 0, Content = evidence.IsEmpty ? row.Content : evidence };

    private static RecordRow Settle(RecordRow row, OwnerId? owner, ReadOnlyMemory<byte> content, long expiresAt) =>
        row with { State = RecordState.Done, Owner = owner, LeaseUntil = 0, ExpiresAt = expiresAt, Content = content };
}
