namespace IdempotencyGateway.Stores.RedLock;

/// <summary>What became of one question to one node: exactly one of the cases below.</summary>
internal abstract record NodeOutcome
{
    private NodeOutcome()
    {
    }

    /// <summary>The entry is the asker's, as asked.</summary>
    public sealed record Acquired : NodeOutcome
    {
        public static readonly Acquired Instance = new();
    }

    /// <summary>The asker has no entry there, or none any more.</summary>
    public sealed record Free : NodeOutcome
    {
        public static readonly Free Instance = new();
    }

    /// <summary>Another owner's entry stands in the way. Nothing changed.</summary>
    public sealed record Conflicted(HeldGuard Held) : NodeOutcome;

    /// <summary>The reservation that was to be raised is gone, and nobody took its place. Nothing was made anew.</summary>
    public sealed record Expired : NodeOutcome
    {
        public static readonly Expired Instance = new();
    }

    /// <summary>The reservation that was to be raised is another owner's by now. Nothing changed.</summary>
    public sealed record Lost(HeldGuard Held) : NodeOutcome;

    /// <summary>There is no connection, or it broke before the answer came: perhaps it ran.</summary>
    public sealed record Unreachable(string Reason) : NodeOutcome;

    /// <summary>No answer in time: it may still run.</summary>
    public sealed record TimedOut : NodeOutcome
    {
        public static readonly TimedOut Instance = new();
    }

    /// <summary>It answered that it will not (read-only, out of memory, not authorised, not a Redis). Nothing changed.</summary>
    public sealed record Refused(string Reason) : NodeOutcome;
}
