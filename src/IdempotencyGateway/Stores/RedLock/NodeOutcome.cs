namespace IdempotencyGateway.Stores.RedLock;

/// <summary>The outcome of one operation on one node: exactly one of the cases below.</summary>
internal abstract record NodeOutcome
{
    private NodeOutcome()
    {
    }

    /// <summary>The caller has the entry, as requested.</summary>
    public sealed record Acquired : NodeOutcome
    {
        public static readonly Acquired Instance = new();
    }

    /// <summary>The caller has no entry on the node, or no longer.</summary>
    public sealed record Free : NodeOutcome
    {
        public static readonly Free Instance = new();
    }

    /// <summary>There is another owner's entry. Nothing changed.</summary>
    public sealed record Conflicted(HeldGuard Held) : NodeOutcome;

    /// <summary>The reservation that was to be raised is gone, and no other owner has one. Nothing was created.</summary>
    public sealed record Expired : NodeOutcome
    {
        public static readonly Expired Instance = new();
    }

    /// <summary>The reservation that was to be raised now belongs to another owner. Nothing changed.</summary>
    public sealed record Lost(HeldGuard Held) : NodeOutcome;

    /// <summary>There is no connection, or it broke before the reply. The operation may have run.</summary>
    public sealed record Unreachable(string Reason) : NodeOutcome;

    /// <summary>No reply in time. The operation may still run.</summary>
    public sealed record TimedOut : NodeOutcome
    {
        public static readonly TimedOut Instance = new();
    }

    /// <summary>The node refused (read-only, out of memory, not authorised, not a Redis). Nothing changed.</summary>
    public sealed record Refused(string Reason) : NodeOutcome;
}
