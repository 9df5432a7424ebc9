namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>Tells whether the volume has room for new records. Caches the measurement, which is a system call.</summary>
/// <param name="freeBytes">Measures the free space, in bytes.</param>
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

    /// <summary>A volume that cannot be measured counts as having room: a full disk still fails the write itself.</summary>
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
