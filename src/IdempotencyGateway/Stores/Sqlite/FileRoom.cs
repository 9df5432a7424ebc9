namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Keeps the database file below its size limit. SQLite's own limit is a little higher, so that a full store still has pages for what it must do: settle records under way with a few
/// bytes, write unsettled records into their table, and delete expired ones.
/// </summary>
internal sealed class FileRoom(SqliteDatabase database, long maximumBytes)
{
    /// <summary>By how much SQLite's limit exceeds this one.</summary>
    public const long ReserveBytes = 16 << 20;

    /// <summary>A record under way may always settle with this much: a tombstone, or an answer hardly larger.</summary>
    private const int AlwaysTakenBytes = 1024;

    private readonly SqliteStatement _pages = database.Prepare("PRAGMA page_count");
    private readonly SqliteStatement _freePages = database.Prepare("PRAGMA freelist_count");
    private long _left;

    /// <summary>
    /// Runs once a transaction, which grows the file by little compared with the reserve, and again before anything is refused. Not more often, because SQLite compiles a PRAGMA anew
    /// at each run.
    /// </summary>
    public void Measure() => _left = maximumBytes - (Read(_pages) - Read(_freePages)) * SqliteSchema.PageBytes;

    /// <param name="next">Null when the record is removed.</param>
    /// <param name="isNew">True when there was no live record, so that it is safe to refuse this one.</param>
    public bool Takes(RecordRow? next, bool isNew)
    {
        var content = next?.Content.Length ?? 0;
        if (next is null || (!isNew && content <= AlwaysTakenBytes))
            return true;
        if (content >= _left)
            Measure();
        if (content >= _left)
            return false;
        _left -= content;
        return true;
    }

    private static long Read(SqliteStatement statement)
    {
        statement.Step();
        var value = statement.Integer(0);
        statement.Reset();
        return value;
    }
}
