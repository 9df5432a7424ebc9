namespace IdempotencyGateway.Core.Settlement;

/// <summary>The settlement table: what forwarding proved, and which answers the route calls final, decide what becomes of the record.</summary>
/// <param name="Final">Statuses that are recorded.</param>
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
