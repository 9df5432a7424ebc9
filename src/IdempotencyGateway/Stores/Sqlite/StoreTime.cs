namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>One reading of the store's clocks, in milliseconds.</summary>
/// <param name="Monotonic">Since the store was opened. Leases run on it: no lease outlives a process, and no jump of the wall clock touches one.</param>
/// <param name="Wall">Since the Unix epoch, as it runs on from when the store was opened. It says what has expired.</param>
/// <param name="Latest">The same, or by the machine's clock where that is ahead of it, as after a correction or a pause of the whole machine. It says when what is kept now expires, since
/// after a restart that clock is the one to go by.</param>
internal readonly record struct StoreTime(long Monotonic, long Wall, long Latest)
{
    /// <summary>9999-12-31, the last day a <see cref="DateTimeOffset"/> knows.</summary>
    private const long LatestWall = 253_402_300_799_999;

    public long LeaseEnd(TimeSpan lease) => Monotonic + Milliseconds(lease);

    public long Expiry(TimeSpan retention) => Math.Min(LatestWall, Latest + Milliseconds(retention));

    /// <summary>Rounded up, so that no positive duration becomes none.</summary>
    private static long Milliseconds(TimeSpan duration) => (long)Math.Ceiling(duration.TotalMilliseconds);
}
