using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>What the nodes held at one moment.</summary>
/// <param name="nodes">Who was asked.</param>
/// <param name="outcomes">One a node; null where no answer came in time.</param>
internal sealed class GuardSnapshot(IReadOnlyList<IGuardNode> nodes, IReadOnlyList<NodeOutcome?> outcomes, StorageKey key)
{
    /// <summary>A majority told what it holds.</summary>
    public bool IsMajority => outcomes.Count(outcome => outcome is NodeOutcome.Free or NodeOutcome.Conflicted) >= QuorumRule.Majority(nodes.Count);

    public bool SaysSent => outcomes.Any(outcome => outcome is NodeOutcome.Conflicted { Held.Sent: true });

    /// <summary>Lets go of what was seen on this node. A node that did not tell keeps what it has, and says so.</summary>
    public Task<NodeOutcome> ForgetAsync(IGuardNode node) => OutcomeOf(node) switch
    {
        NodeOutcome.Conflicted({ Sent: true } held) => node.ReleaseAsync(new ClaimTicket(key, held.Owner, held.Fence), attempt: null),
        // A reservation is of somebody at work right now, and not what the operator spoke of.
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
