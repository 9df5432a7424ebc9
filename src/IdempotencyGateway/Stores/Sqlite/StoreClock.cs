namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The store's clocks. The wall clock is read once, when the store is opened, and runs on monotonically from there: a jump of the machine's clock, by hand or by
/// a correction, must not make a record of this process expire while a retry of it could still execute. Nor must the next process, which reads the wall clock anew: where that has
/// gone ahead meanwhile, what is to be kept is kept by it.
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
