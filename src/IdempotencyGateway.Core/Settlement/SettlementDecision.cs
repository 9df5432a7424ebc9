namespace IdempotencyGateway.Core.Settlement;

/// <summary>What happens to the record after forwarding.</summary>
public enum SettlementDecision
{
    /// <summary>Keep the answer: every retry gets it.</summary>
    Record,

    /// <summary>Free the key: a retry may be sent.</summary>
    Release,

    /// <summary>Put it in doubt: nobody is sent again, nobody is told a guess.</summary>
    Hold,
}
