using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>
/// The quorum of nodes. Only <see cref="AcquireSentAsync"/> and <see cref="TakeAsync"/> guard a permission to send: each succeeds only when
/// a majority of nodes remembers it for the retention. Each operation takes at most the timeout, however many rounds it needs.
/// </summary>
internal sealed class NodeQuorum(IReadOnlyList<IGuardNode> nodes, TimeSpan timeout, TimeSpan claimTimeToLive, TimeProvider clock) : IAsyncDisposable
{
    private long _attempts;

    /// <summary>Reserves a majority for a short time, so that an owner learns of a conflict before its slow pre-work. This is not a permission to send.</summary>
    public async Task<QuorumOutcome> ReserveAsync(ClaimTicket ticket, string? destination)
    {
        var guard = NewGuard(ticket, destination);
        var (_, outcome) = await ReserveAsync(guard, clock.GetTimestamp());
        return outcome;
    }

    /// <summary>Reserves a majority and raises the reservations to sent. On any outcome but Acquired, this attempt's entries are deleted.</summary>
    public async Task<QuorumOutcome> AcquireSentAsync(ClaimTicket ticket, string? destination, TimeSpan retention)
    {
        var began = clock.GetTimestamp();
        var guard = NewGuard(ticket, destination);
        var (claims, reserved) = await ReserveAsync(guard, began);
        if (reserved is not QuorumOutcome.Acquired)
            return reserved;
        var raises = QuorumRound.Ask(nodes, node => node.RaiseAsync(guard, retention));
        var raised = await raises.DecideAsync(Left(began), clock);
        // A node that remembers another owner's send may have answered the first round after its majority. Its reply may have come by now.
        if (raised is QuorumOutcome.Acquired && QuorumRule.Decide(claims.Outcomes) is QuorumOutcome.Conflicted late)
            raised = late;
        if (raised is not QuorumOutcome.Acquired)
            Undo(raises, guard);
        return raised;
    }

    /// <summary>
    /// Takes over what an earlier owner may have sent. A failure never deletes an entry, because of that earlier send: the key stays in
    /// doubt.
    /// </summary>
    public Task<QuorumOutcome> TakeAsync(ClaimTicket ticket, string? destination, TimeSpan retention)
    {
        var guard = NewGuard(ticket, destination);
        return QuorumRound.Ask(nodes, node => node.TakeAsync(guard, retention)).DecideAsync(timeout, clock);
    }

    /// <summary>Deletes the owner's entries, because nothing was sent or the answer was not final. Free when a majority has none any more.</summary>
    public Task<QuorumOutcome> ReleaseAsync(ClaimTicket ticket) =>
        QuorumRound.Ask(nodes, node => node.ReleaseAsync(ticket, attempt: null)).DecideAsync(timeout, clock);

    /// <summary>Reads the entry on every node. Waits for all of them, up to the timeout: this is for operators, not for requests.</summary>
    public async Task<GuardSnapshot> LookAsync(StorageKey key)
    {
        var round = QuorumRound.Ask(nodes, node => node.LookAsync(key));
        await round.WaitForAllAsync(timeout, clock);
        return new(nodes, round.Outcomes, key);
    }

    /// <summary>Deletes exactly the entries of the snapshot, because an operator said that nothing was sent. By now the key may have entries of other owners.</summary>
    public Task<QuorumOutcome> ForgetAsync(GuardSnapshot snapshot) =>
        QuorumRound.Ask(nodes, snapshot.ForgetAsync).DecideAsync(timeout, clock);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    private async Task<(QuorumRound Round, QuorumOutcome Outcome)> ReserveAsync(Guard guard, long began)
    {
        var claims = QuorumRound.Ask(nodes, node => node.ClaimAsync(guard, claimTimeToLive));
        var outcome = await claims.DecideAsync(Left(began), clock);
        if (outcome is not QuorumOutcome.Acquired)
            Undo(claims, guard);
        return (claims, outcome);
    }

    private void Undo(QuorumRound round, Guard guard) =>
        round.Undo(nodes, node => node.ReleaseAsync(guard.Ticket, guard.Attempt));

    private Guard NewGuard(ClaimTicket ticket, string? destination) => new(ticket, Interlocked.Increment(ref _attempts), destination ?? "");

    private TimeSpan Left(long began)
    {
        var left = timeout - clock.GetElapsedTime(began);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
