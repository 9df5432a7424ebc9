namespace IdempotencyGateway.Core.Settlement;

/// <summary>What happens to the record after forwarding.</summary>
public enum SettlementDecision
{
    /// <summary>Keep the answer: every retry gets it.</summary>
    Record,

    /// <summary>Free the key: a retry may be sent.</summary>
    Release,

    /// <summary>Put it in doubt: nothing is sent again, and no client is told a guess.</summary>
    Hold,
}
