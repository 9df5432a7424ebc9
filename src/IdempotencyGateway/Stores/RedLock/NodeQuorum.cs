using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>
/// The nodes together. Only <see cref="AcquireSentAsync"/> and <see cref="TakeAsync"/> stand behind a permission to send: each ends with
/// a majority of nodes that remember it for the retention. Each operation takes at most the timeout, however many rounds it needs.
/// </summary>
internal sealed class NodeQuorum(IReadOnlyList<IGuardNode> nodes, TimeSpan timeout, TimeSpan claimTimeToLive, TimeProvider clock) : IAsyncDisposable
{
    private long _attempts;

    /// <summary>Reserves a majority for a short while, so that an owner learns before slow pre-work whether the way is free. No permission to send.</summary>
    public async Task<QuorumOutcome> ReserveAsync(ClaimTicket ticket, string? destination)
    {
        var guard = NewGuard(ticket, destination);
        var (_, outcome) = await ReserveAsync(guard, clock.GetTimestamp());
        return outcome;
    }

    /// <summary>Reserves a majority and raises it to sent. On any other outcome than Acquired what this attempt left is let go.</summary>
    public async Task<QuorumOutcome> AcquireSentAsync(ClaimTicket ticket, string? destination, TimeSpan retention)
    {
        var began = clock.GetTimestamp();
        var guard = NewGuard(ticket, destination);
        var (claims, reserved) = await ReserveAsync(guard, began);
        if (reserved is not QuorumOutcome.Acquired)
            return reserved;
        var raises = QuorumRound.Ask(nodes, node => node.RaiseAsync(guard, retention));
        var raised = await raises.DecideAsync(Left(began), clock);
        // A node that remembers another's send may have answered after the first majority; a round trip later its word is in.
        if (raised is QuorumOutcome.Acquired && QuorumRule.Decide(claims.Outcomes) is QuorumOutcome.Conflicted late)
            raised = late;
        if (raised is not QuorumOutcome.Acquired)
            Undo(raises, guard);
        return raised;
    }

    /// <summary>
    /// Takes what an earlier owner may have sent. It was sent before, so nothing is ever let go here: a failure leaves a key that is in
    /// doubt, as it was.
    /// </summary>
    public Task<QuorumOutcome> TakeAsync(ClaimTicket ticket, string? destination, TimeSpan retention)
    {
        var guard = NewGuard(ticket, destination);
        return QuorumRound.Ask(nodes, node => node.TakeAsync(guard, retention)).DecideAsync(timeout, clock);
    }

    /// <summary>The owner's word that nothing was sent, or that the answer was not final: Free when a majority has let go.</summary>
    public Task<QuorumOutcome> ReleaseAsync(ClaimTicket ticket) =>
        QuorumRound.Ask(nodes, node => node.ReleaseAsync(ticket, attempt: null)).DecideAsync(timeout, clock);

    /// <summary>Who is said to have sent, node by node. Waits for every node within the timeout: this is for operators, not for requests.</summary>
    public async Task<GuardSnapshot> LookAsync(StorageKey key)
    {
        var round = QuorumRound.Ask(nodes, node => node.LookAsync(key));
        await round.WaitForAllAsync(timeout, clock);
        return new(nodes, round.Outcomes, key);
    }

    /// <summary>An operator's word that nothing was sent: lets go of exactly the entries that were seen, for they may be others' by now.</summary>
    public Task<QuorumOutcome> ForgetAsync(GuardSnapshot sighting) =>
        QuorumRound.Ask(nodes, sighting.ForgetAsync).DecideAsync(timeout, clock);

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
