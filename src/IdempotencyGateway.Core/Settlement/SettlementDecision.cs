namespace IdempotencyGateway.Core.Settlement;

/// <summary>What happens to the record after forwarding.</summary>
public enum SettlementDecision
{
    /// <summary>Record the answer. Every retry gets it.</summary>
    Record,

    /// <summary>Free the key. A retry is sent again.</summary>
    Release,

    /// <summary>Put the record in doubt. A retry is told that the outcome is unknown; it is sent again only where the route forwards again.</summary>
    Hold,
}
