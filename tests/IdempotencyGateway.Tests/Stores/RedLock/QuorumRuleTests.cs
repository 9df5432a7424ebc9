using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.RedLock;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>The quorum decision for every combination of answers of three and five nodes, including no answer.</summary>
public sealed class QuorumRuleTests
{
    private static readonly HeldGuard Sent = new(StoreSamples.Owner("other"), 1, Sent: true, "primary", TimeSpan.FromHours(1));
    private static readonly HeldGuard Reserved = Sent with { Sent = false };

    private static readonly NodeOutcome?[] Words =
    [
        null,
        NodeOutcome.Acquired.Instance,
        NodeOutcome.Free.Instance,
        new NodeOutcome.Conflicted(Sent),
        new NodeOutcome.Conflicted(Reserved),
        NodeOutcome.Expired.Instance,
        new NodeOutcome.Lost(Sent),
        new NodeOutcome.Lost(Reserved),
        new NodeOutcome.Unreachable("gone"),
        NodeOutcome.TimedOut.Instance,
        new NodeOutcome.Refused("READONLY"),
    ];

    public static TheoryData<int> Sizes => [3, 5];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void When_every_node_has_an_outcome_there_is_a_decision(int nodes) =>
        Assert.All(Complete(nodes), said => Assert.NotNull(QuorumRule.Decide(said)));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Acquired_is_a_majority_and_nobody_who_remembers_anothers_send(int nodes) => Assert.All(
        Everything(nodes),
        said => Assert.Equal(
            Count(said, NodeOutcome.Acquired.Instance) > nodes / 2 && !RemembersSend(said), QuorumRule.Decide(said) is QuorumOutcome.Acquired));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void One_node_that_remembers_another_owners_send_decides_alone(int nodes) => Assert.All(
        Everything(nodes).Where(RemembersSend),
        said => Assert.True(QuorumRule.Decide(said) is QuorumOutcome.Conflicted { Held.Sent: true } or QuorumOutcome.Lost { Held.Sent: true }));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void No_further_answer_turns_a_refusal_into_a_grant(int nodes) => Assert.All(
        Everything(nodes).Where(said => QuorumRule.Decide(said) is not (null or QuorumOutcome.Acquired or QuorumOutcome.Free)),
        said => Assert.DoesNotContain(OneMore(said), more => QuorumRule.Decide(more) is null or QuorumOutcome.Acquired or QuorumOutcome.Free));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_grant_is_only_overruled_by_a_memory_of_anothers_send(int nodes) => Assert.All(
        Everything(nodes).Where(said => QuorumRule.Decide(said) is QuorumOutcome.Acquired),
        said => Assert.All(OneMore(said).Where(more => !RemembersSend(more)), more => Assert.IsType<QuorumOutcome.Acquired>(QuorumRule.Decide(more))));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_decision_is_open_only_while_a_missing_answer_could_still_grant(int nodes) => Assert.All(
        Everything(nodes).Where(said => QuorumRule.Decide(said) is null),
        said => Assert.Contains(
            new NodeOutcome[] { NodeOutcome.Acquired.Instance, NodeOutcome.Free.Instance },
            grant => QuorumRule.Decide([.. said.Select(outcome => outcome ?? grant)]) is QuorumOutcome.Acquired or QuorumOutcome.Free));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_order_of_the_nodes_does_not_matter(int nodes) => Assert.All(
        Everything(nodes),
        said => Assert.Equal(Case(said), Case([.. said.Reverse()])));

    [Fact]
    public void Too_few_answers_are_no_quorum_and_say_why()
    {
        Assert.Equal(StoreFailure.Unreachable, Trouble([Words[1], new NodeOutcome.Unreachable("a:1: refused"), NodeOutcome.TimedOut.Instance]).Failure);
        Assert.Contains("a:1", Trouble([Words[1], new NodeOutcome.Unreachable("a:1: refused"), NodeOutcome.TimedOut.Instance]).Reason, StringComparison.Ordinal);
        Assert.Equal(StoreFailure.Refused, Trouble([Words[1], new NodeOutcome.Refused("OOM"), new NodeOutcome.Refused("OOM")]).Failure);
        Assert.Contains("OOM", Trouble([Words[1], new NodeOutcome.Refused("OOM"), new NodeOutcome.Refused("OOM")]).Reason, StringComparison.Ordinal);
    }

    private static QuorumOutcome.NoQuorum Trouble(NodeOutcome?[] said) => Assert.IsType<QuorumOutcome.NoQuorum>(QuorumRule.Decide(said));

    private static Type? Case(NodeOutcome?[] said) => QuorumRule.Decide(said) switch
    {
        // Both mean that another owner holds the key; which of them is reported depends on the order of the answers.
        QuorumOutcome.Lost => typeof(QuorumOutcome.Conflicted),
        var decision => decision?.GetType(),
    };

    private static bool RemembersSend(NodeOutcome?[] said) =>
        said.Any(outcome => outcome is NodeOutcome.Conflicted { Held.Sent: true } or NodeOutcome.Lost { Held.Sent: true });

    private static int Count(NodeOutcome?[] said, NodeOutcome word) => said.Count(outcome => outcome == word);

    private static IEnumerable<NodeOutcome?[]> Complete(int nodes) => Everything(nodes).Where(said => !said.Contains(null));

    private static IEnumerable<NodeOutcome?[]> OneMore(NodeOutcome?[] said)
    {
        var open = Array.IndexOf(said, null);
        return open < 0 ? [] : Words[1..].Select(word => (NodeOutcome?[])[.. said[..open], word, .. said[(open + 1)..]]);
    }

    private static IEnumerable<NodeOutcome?[]> Everything(int nodes) => nodes == 0
        ? [[]]
        : Everything(nodes - 1).SelectMany(said => Words.Select(word => (NodeOutcome?[])[.. said, word]));
}
