using IdempotencyGateway.Stores.Sightings;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>How the embedded store is opened and how much it may use.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>The database file. A missing folder is created. The redo log, SQLite's write-ahead log and a lock file lie beside it.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// With fewer free bytes on the file's volume than this, no new record is made (503); records under way still settle.
    /// Default 64 MiB: the log at its usual longest (16 MiB), plus room for the answers of records under way. 0 switches the check off.
    /// </summary>
    public long MinimumFreeBytes { get; init; } = 64L << 20;

    /// <summary>How old a measurement of the free space may be. Default 1 s.</summary>
    public TimeSpan FreeSpaceMaximumAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// At this size the database accepts no new records, and records under way settle with tombstones. 16 MiB for those, and the logs, come on top. Default 256 GiB.
    /// </summary>
    public long MaximumFileBytes { get; init; } = 256L << 30;

    /// <summary>Operations that may be pending; one more is refused at once. Default 4096, about a quarter of a second of work.</summary>
    public int QueueLimit { get; init; } = 4096;

    /// <summary>Records that one step of the expiry sweep examines. Default 500, which occupies the writer for about a millisecond.</summary>
    public int SweepRecordsPerStep { get; init; } = 500;

    /// <summary>Tracks (of addresses, credentials, subjects, devices) that are kept, in memory and on disk. Default 65,536: 26 MB of memory.</summary>
    public int TrackLimit { get; init; } = TrackMemory.DefaultLimit;

    /// <summary>
    /// Memory for database pages. Default 16 MiB: the inner pages of ten million keys. More is no faster, because SQLite walks
    /// its whole page table after each commit that moved a page, and the operating system caches the file anyway.
    /// </summary>
    public long CacheBytes { get; init; } = 16L << 20;
}
