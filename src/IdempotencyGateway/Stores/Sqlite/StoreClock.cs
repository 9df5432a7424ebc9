namespace IdempotencyGateway.Stores.Sqlite;

internal sealed class StoreClock(TimeProvider time)
{
    private readonly long _opened = time.GetTimestamp();

    public StoreTime Now() =>
        new((long)time.GetElapsedTime(_opened).TotalMilliseconds, time.GetUtcNow().ToUnixTimeMilliseconds());
}
