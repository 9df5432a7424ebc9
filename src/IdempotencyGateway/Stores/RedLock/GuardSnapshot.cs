using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>What the nodes held for a key at one moment.</summary>
/// <param name="nodes">The nodes that were asked.</param>
/// <param name="outcomes">One per node; null when it did not answer in time.</param>
internal sealed class GuardSnapshot(IReadOnlyList<IGuardNode> nodes, IReadOnlyList<NodeOutcome?> outcomes, StorageKey key)
{
    /// <summary>A majority of the nodes answered.</summary>
    public bool IsMajority => outcomes.Count(outcome => outcome is NodeOutcome.Free or NodeOutcome.Conflicted) >= QuorumRule.Majority(nodes.Count);

    public bool SaysSent => outcomes.Any(outcome => outcome is NodeOutcome.Conflicted { Held.Sent: true });

    /// <summary>Deletes from this node exactly the entry that the snapshot shows. A node that did not answer is left alone, and its failure is returned.</summary>
    public Task<NodeOutcome> ForgetAsync(IGuardNode node) => OutcomeOf(node) switch
    {
        NodeOutcome.Conflicted({ Sent: true } held) => node.ReleaseAsync(new ClaimTicket(key, held.Owner, held.Fence), attempt: null),
        // A reservation belongs to an owner that is at work right now. It is not what the operator resolved.
        NodeOutcome.Conflicted => Task.FromResult<NodeOutcome>(NodeOutcome.Free.Instance),
        var told => Task.FromResult(told ?? NodeOutcome.TimedOut.Instance),
    };

    private NodeOutcome? OutcomeOf(IGuardNode node)
    {
        for (var index = 0; index < nodes.Count; index++)
        {
            if (ReferenceEquals(nodes[index], node))
                return outcomes[index];
        }
        throw new ArgumentException("not one of the nodes that were asked", nameof(node));
    }
}
