using System.Globalization;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>
/// Combines the nodes' outcomes into the quorum's decision. Pure. It decides as soon as no further reply could turn a refusal into
/// a grant, so it never waits for a dead or paused minority.
/// </summary>
internal static class QuorumRule
{
    public static int Majority(int nodes) => (nodes / 2) + 1;

    /// <param name="outcomes">One per node; null when it has not answered yet.</param>
    /// <returns>Null while undecided. Never null when every node has an outcome.</returns>
    public static QuorumOutcome? Decide(ReadOnlySpan<NodeOutcome?> outcomes)
    {
        // A single node that remembers a send overrules all others, because they may have lost it.
        if (FindHeld(outcomes, sent: true) is { } sent)
            return sent;
        var majority = Majority(outcomes.Length);
        var tally = Tally.Of(outcomes);
        if (tally.Acquired >= majority)
            return QuorumOutcome.Acquired.Instance;
        if (tally.Free >= majority)
            return QuorumOutcome.Free.Instance;
        if (Math.Max(tally.Acquired, tally.Free) + tally.Open >= majority)
            return null;
        if (tally.Answered + tally.Open < majority)
            return NoQuorum(outcomes, majority, tally);
        return FindHeld(outcomes, sent: false)
            ?? (tally.Expired > 0 ? QuorumOutcome.Expired.Instance : NoQuorum(outcomes, majority, tally));
    }

    private static QuorumOutcome? FindHeld(ReadOnlySpan<NodeOutcome?> outcomes, bool sent)
    {
        foreach (var outcome in outcomes)
        {
            switch (outcome)
            {
                case NodeOutcome.Conflicted(var held) when held.Sent == sent:
                    return new QuorumOutcome.Conflicted(held);
                case NodeOutcome.Lost(var held) when held.Sent == sent:
                    return new QuorumOutcome.Lost(held);
            }
        }
        return null;
    }

    private static QuorumOutcome.NoQuorum NoQuorum(ReadOnlySpan<NodeOutcome?> outcomes, int majority, Tally tally)
    {
        var failure = tally.Refused > outcomes.Length - majority ? StoreFailure.Refused : StoreFailure.Unreachable;
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"{majority} of {outcomes.Length} nodes have to agree; {FirstTrouble(outcomes)}");
        return new(failure, reason);
    }

    private static string FirstTrouble(ReadOnlySpan<NodeOutcome?> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            switch (outcome)
            {
                case NodeOutcome.Refused(var reason):
                    return $"refused: {reason}";
                case NodeOutcome.Unreachable(var reason):
                    return $"unreachable: {reason}";
            }
        }
        return "no answer in time";
    }

    private readonly record struct Tally(int Acquired, int Free, int Held, int Expired, int Refused, int Open)
    {
        public int Answered => Acquired + Free + Held + Expired;

        public static Tally Of(ReadOnlySpan<NodeOutcome?> outcomes)
        {
            var tally = default(Tally);
            foreach (var outcome in outcomes)
            {
                tally = outcome switch
                {
                    null => tally with { Open = tally.Open + 1 },
                    NodeOutcome.Acquired => tally with { Acquired = tally.Acquired + 1 },
                    NodeOutcome.Free => tally with { Free = tally.Free + 1 },
                    NodeOutcome.Conflicted or NodeOutcome.Lost => tally with { Held = tally.Held + 1 },
                    NodeOutcome.Expired => tally with { Expired = tally.Expired + 1 },
                    NodeOutcome.Refused => tally with { Refused = tally.Refused + 1 },
                    NodeOutcome.Unreachable or NodeOutcome.TimedOut => tally,
                    _ => throw new InvalidOperationException($"no node outcome {outcome.GetType()}"),
                };
            }
            return tally;
        }
    }
}
