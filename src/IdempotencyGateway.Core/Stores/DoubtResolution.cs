namespace IdempotencyGateway.Core.Stores;

/// <summary>What an operator or a reconciler found out about a record in doubt.</summary>
public abstract record DoubtResolution
{
    private DoubtResolution()
    {
    }

    /// <summary>It happened, and this is the answer that retries get.</summary>
    public sealed record Executed(ReadOnlyMemory<byte> Response) : DoubtResolution;

    /// <summary>It never reached the provider: the key is free again.</summary>
    public sealed record NeverSent : DoubtResolution
    {
        public static readonly NeverSent Instance = new();
    }
}
