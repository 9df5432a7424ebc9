using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>The decision of the quorum: exactly one of the cases below.</summary>
internal abstract record QuorumOutcome
{
    private QuorumOutcome()
    {
    }

    /// <summary>A majority has the entry as requested, and no node that answered remembers another owner's send.</summary>
    public sealed record Acquired : QuorumOutcome
    {
        public static readonly Acquired Instance = new();
    }

    /// <summary>A majority has no entry of the caller.</summary>
    public sealed record Free : QuorumOutcome
    {
        public static readonly Free Instance = new();
    }

    /// <summary>Another owner has the entry.</summary>
    public sealed record Conflicted(HeldGuard Held) : QuorumOutcome;

    /// <summary>Too few reservations lived long enough to be raised.</summary>
    public sealed record Expired : QuorumOutcome
    {
        public static readonly Expired Instance = new();
    }

    /// <summary>Another owner took the reservations before they were raised.</summary>
    public sealed record Lost(HeldGuard Held) : QuorumOutcome;

    /// <summary>Too few nodes answered.</summary>
    /// <param name="Failure">Refused when so many nodes refuse that there is no majority without them; otherwise unreachable.</param>
    /// <param name="Reason">For operators: the first node's refusal or error.</param>
    public sealed record NoQuorum(StoreFailure Failure, string Reason) : QuorumOutcome;
}
