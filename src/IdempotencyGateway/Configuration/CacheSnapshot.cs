namespace IdempotencyGateway.Configuration;

/// <summary>The copies of completed records that each process keeps in memory.</summary>
public sealed record CacheSnapshot
{
    /// <summary>0 switches them off.</summary>
    public long MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The longest a copy may outlive an erasure that this process did not hear of.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(1);
}
