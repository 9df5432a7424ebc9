namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Keeps the file below its limit. SQLite's own stands a little above, so that what a full store must still do finds pages: end what is under way with a few bytes, write down
/// what is not settled, and delete what expired.
/// </summary>
internal sealed class FileRoom(SqliteDatabase database, long maximumBytes)
{
    /// <summary>Between this limit and SQLite's.</summary>
    public const long ReserveBytes = 16 << 20;

    /// <summary>A tombstone, or an answer hardly larger.</summary>
    private const int AlwaysTakenBytes = 1024;

    private readonly SqliteStatement _pages = database.Prepare("PRAGMA page_count");
    private readonly SqliteStatement _freePages = database.Prepare("PRAGMA freelist_count");
    private long _left;

    /// <summary>
    /// Once a transaction, which is short beside the reserve, and again before anything is refused. Not more often: SQLite compiles this sort of statement anew each time it runs.
    /// </summary>
    public void Measure() => _left = maximumBytes - (Read(_pages) - Read(_freePages)) * SqliteSchema.PageBytes;

    /// <param name="next">Null when a record goes.</param>
    /// <param name="isNew">Nobody was told yet that there would be one.</param>
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
