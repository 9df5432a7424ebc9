namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>One reading of the store's two clocks, in milliseconds.</summary>
/// <param name="Monotonic">Since the store was opened. Leases run on it: no lease outlives a process, and no jump of the wall clock touches one.</param>
/// <param name="Wall">Since the Unix epoch. Retention runs on it, because it has to survive a restart.</param>
internal readonly record struct StoreTime(long Monotonic, long Wall)
{
    /// <summary>9999-12-31, the last day a <see cref="DateTimeOffset"/> knows.</summary>
    private const long LatestWall = 253_402_300_799_999;

    public long LeaseEnd(TimeSpan lease) => Monotonic + Milliseconds(lease);

    public long Expiry(TimeSpan retention) => Math.Min(LatestWall, Wall + Milliseconds(retention));

    /// <summary>Rounded up, so that no positive duration becomes none.</summary>
    private static long Milliseconds(TimeSpan duration) => (long)Math.Ceiling(duration.TotalMilliseconds);
}
