namespace IdempotencyGateway.Core.Stores;

/// <summary>What an operator or a reconciler has established about a record in doubt: exactly one of the two cases below.</summary>
public abstract record DoubtResolution
{
    private DoubtResolution()
    {
    }

    /// <summary>The provider executed the request, and this is the answer that retries get.</summary>
    public sealed record Executed(ReadOnlyMemory<byte> Response) : DoubtResolution;

    /// <summary>The request never reached the provider. The key becomes free again.</summary>
    public sealed record NeverSent : DoubtResolution
    {
        public static readonly NeverSent Instance = new();
    }
}
