using IdempotencyGateway.Stores.Sightings;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Tracks as rows, so that counts outlive the process. One process owns the file, so its memory is authoritative and the table is updated about a second later:
/// counting never waits for the disk.
/// </summary>
internal sealed class TrackTable(SqliteDatabase database)
{
    private readonly SqliteStatement _write = database.Prepare("INSERT OR REPLACE INTO tracks (who, expires, track) VALUES (?1, ?2, ?3)");
    private readonly SqliteStatement _remove = database.Prepare("DELETE FROM tracks WHERE who = ?1");

    /// <summary>
    /// Loads the unexpired tracks of an earlier process into memory. If they cannot be read, counting starts at zero: counts are not worth refusing to start for, and
    /// damage to records is detected where records are read.
    /// </summary>
    public static void TryRestore(SqliteDatabase database, TrackMemory memory, int limit, StoreTime now)
    {
        try
        {
            Restore(database, memory, limit, now);
        }
        catch (SqliteFailure)
        {
        }
    }

    public void Write(IReadOnlyList<TrackChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Bytes is { } bytes)
                _write.Bind(1, change.Who.Digest).Bind(2, change.ExpiresAt).Bind(3, bytes).Run();
            else
                _remove.Bind(1, change.Who.Digest).Run();
        }
    }

    private static void Restore(SqliteDatabase database, TrackMemory memory, int limit, StoreTime now)
    {
        database.Execute(SqliteSchema.Invariant($"""
            DELETE FROM tracks WHERE expires <= {now.Wall};
            DELETE FROM tracks WHERE who IN (SELECT who FROM tracks ORDER BY expires DESC LIMIT -1 OFFSET {limit})
            """));
        var read = database.Prepare("SELECT who, track FROM tracks");
        while (read.Step())
        {
            if (TrackState.Decode(read.Blob(1)) is { } track)
                memory.Restore(new(read.Digest(0)), track);
        }
    }
}
