namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>Says whether there is room for new records, from a measurement that is never older than a given age.</summary>
/// <param name="freeBytes">Measures; cheap, but a system call.</param>
internal sealed class FreeSpaceGuard(Func<long> freeBytes, long minimumBytes, TimeSpan maximumAge)
{
    private long _measureAgainAt = long.MinValue;
    private long _free = long.MaxValue;

    public bool HasRoom(StoreTime now)
    {
        if (minimumBytes > 0 && now.Monotonic >= _measureAgainAt)
        {
            _free = freeBytes();
            _measureAgainAt = now.LeaseEnd(maximumAge);
        }
        return _free >= minimumBytes;
    }

    /// <summary>A volume that cannot be measured counts as roomy: SQLite's own "full" still stands behind this guard.</summary>
    public static long MeasureVolume(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }
}
