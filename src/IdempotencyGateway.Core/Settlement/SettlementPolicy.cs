namespace IdempotencyGateway.Core.Settlement;

/// <summary>The settlement table: decides what happens to a record, from the outcome of forwarding and the statuses that the route calls final.</summary>
/// <param name="Final">The statuses whose answers are recorded.</param>
public sealed record SettlementPolicy(StatusSet Final)
{
    public SettlementDecision Settle(ForwardOutcome outcome) => outcome switch
    {
        ForwardOutcome.Answered(var status) => Final.Contains(status) ? SettlementDecision.Record : SettlementDecision.Release,
        ForwardOutcome.AnsweredHere or ForwardOutcome.NeverSent => SettlementDecision.Release,
        ForwardOutcome.Unknown => SettlementDecision.Hold,
        _ => throw new InvalidOperationException($"no settlement for {outcome.GetType()}"),
    };
}
