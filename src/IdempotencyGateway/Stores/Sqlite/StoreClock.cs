namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The store's clocks. The wall clock is read once, when the store is opened, and advances monotonically from there: a forward jump of the machine's clock must not expire a record
/// whose retry would then execute again. The next process reads the wall clock anew. So where the machine's clock has gone ahead meanwhile, the retention of new records is counted
/// from that later time.
/// </summary>
internal sealed class StoreClock(TimeProvider time)
{
    private readonly long _opened = time.GetTimestamp();
    private readonly long _openedWall = time.GetUtcNow().ToUnixTimeMilliseconds();

    public StoreTime Now()
    {
        var elapsed = (long)time.GetElapsedTime(_opened).TotalMilliseconds;
        var wall = _openedWall + elapsed;
        return new(elapsed, wall, Math.Max(wall, time.GetUtcNow().ToUnixTimeMilliseconds()));
    }
}
