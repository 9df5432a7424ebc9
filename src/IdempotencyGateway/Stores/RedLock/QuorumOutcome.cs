using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>What the nodes say together: exactly one of the cases below.</summary>
internal abstract record QuorumOutcome
{
    private QuorumOutcome()
    {
    }

    /// <summary>A majority has the entry as asked, and no node that answered says that another owner sent.</summary>
    public sealed record Acquired : QuorumOutcome
    {
        public static readonly Acquired Instance = new();
    }

    /// <summary>A majority holds nothing of the asker.</summary>
    public sealed record Free : QuorumOutcome
    {
        public static readonly Free Instance = new();
    }

    /// <summary>Another owner stands in the way.</summary>
    public sealed record Conflicted(HeldGuard Held) : QuorumOutcome;

    /// <summary>Too few reservations lived long enough to be raised.</summary>
    public sealed record Expired : QuorumOutcome
    {
        public static readonly Expired Instance = new();
    }

    /// <summary>Another owner took the reservations before they were raised.</summary>
    public sealed record Lost(HeldGuard Held) : QuorumOutcome;

    /// <summary>Too few nodes answered.</summary>
    /// <param name="Failure">Refused when that many nodes refuse; else unreachable.</param>
    /// <param name="Reason">For operators: what the first of the others said.</param>
    public sealed record NoQuorum(StoreFailure Failure, string Reason) : QuorumOutcome;
}
