namespace IdempotencyGateway.Configuration;

/// <summary>The copies of completed records that each process keeps in memory.</summary>
public sealed record CacheSnapshot
{
    /// <summary>0 switches the cache off.</summary>
    public long MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The longest time for which a copy is used after an erasure whose signal this process missed.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(1);
}
