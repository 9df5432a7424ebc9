namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>One reading of the store's clocks, in milliseconds.</summary>
/// <param name="Monotonic">Since the store was opened. Leases run on it: no lease outlives a process, and no jump of the wall clock affects one.</param>
/// <param name="Wall">Since the Unix epoch: read when the store was opened, monotonic from there. Decides what has expired.</param>
/// <param name="Latest">The later of <paramref name="Wall"/> and the machine's clock, which is ahead after a correction or a pause of the whole machine. New expiry times are
/// counted from it, because the next process goes by that clock.</param>
internal readonly record struct StoreTime(long Monotonic, long Wall, long Latest)
{
    /// <summary>The end of 9999-12-31, the last day of <see cref="DateTimeOffset"/>.</summary>
    private const long LatestWall = 253_402_300_799_999;

    public long LeaseEnd(TimeSpan lease) => Monotonic + WholeMilliseconds.Of(lease);

    public long Expiry(TimeSpan retention) => Math.Min(LatestWall, Latest + WholeMilliseconds.Of(retention));
}
