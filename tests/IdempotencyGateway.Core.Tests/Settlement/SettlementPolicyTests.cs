using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Core.Tests.Settlement;

public sealed class SettlementPolicyTests
{
    private static readonly SettlementPolicy Policy = new(StatusSet.TryParse(["2xx", "4xx"], out _)!);

    public static TheoryData<ForwardOutcome, SettlementDecision> Table { get; } = new()
    {
        { new ForwardOutcome.Answered(200), SettlementDecision.Record },
        { new ForwardOutcome.Answered(404), SettlementDecision.Record },
        { new ForwardOutcome.Answered(429), SettlementDecision.Release },
        { new ForwardOutcome.Answered(500), SettlementDecision.Release },
        { ForwardOutcome.AnsweredHere.Instance, SettlementDecision.Release },
        { new ForwardOutcome.NeverSent("refused", TimedOut: false), SettlementDecision.Release },
        { new ForwardOutcome.Unknown("reset", Status: null, TimedOut: false), SettlementDecision.Hold },
        { new ForwardOutcome.Unknown("hang", Status: null, TimedOut: true), SettlementDecision.Hold },
        { new ForwardOutcome.Unknown("cut short", Status: 200, TimedOut: false), SettlementDecision.Hold },
        { new ForwardOutcome.Unknown("cut short", Status: 429, TimedOut: false), SettlementDecision.Hold },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void What_forwarding_proved_decides_what_becomes_of_the_record(ForwardOutcome outcome, SettlementDecision decision) =>
        Assert.Equal(decision, Policy.Settle(outcome));

    [Fact]
    public void Only_a_whole_answer_is_recorded_and_doubt_never_frees_a_key() =>
        Property.Holds(random =>
        {
            var policy = random.Next(2) == 0 ? Policy : new(StatusSet.Default);
            var status = random.Next(100, 1_000);
            var unknown = new ForwardOutcome.Unknown("?", random.Next(2) == 0 ? status : null, TimedOut: random.Next(2) == 0);
            var answered = policy.Final.Contains(status) ? SettlementDecision.Record : SettlementDecision.Release;
            return policy.Settle(unknown) == SettlementDecision.Hold
                && policy.Settle(new ForwardOutcome.NeverSent("?", TimedOut: false)) == SettlementDecision.Release
                && policy.Settle(new ForwardOutcome.Answered(status)) == answered;
        });

    [Fact]
    public void Every_kind_of_outcome_has_a_row()
    {
        var kinds = typeof(ForwardOutcome).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(ForwardOutcome)));

        Assert.Empty(kinds.Except(Table.Select(row => ((object[])row)[0].GetType())));
    }
}
