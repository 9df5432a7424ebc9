namespace IdempotencyGateway.Stores.Sqlite.Redo;

/// <summary>What the database itself knows of its redo log, in a table of one row that is written in the same transaction as what it speaks of.</summary>
internal sealed class RedoMark(SqliteDatabase database)
{
    private readonly SqliteStatement _read = database.Prepare("SELECT salt, folded, is_open FROM redo");
    private readonly SqliteStatement _fold = database.Prepare("UPDATE redo SET folded = ?1 WHERE folded <> ?1");
    private readonly SqliteStatement _mark = database.Prepare("UPDATE redo SET is_open = ?1");

    /// <summary>Of the log's checksums; drawn when the store was made.</summary>
    public long Salt => Read(0);

    /// <summary>The number of the last frame whose changes are in the database.</summary>
    public long Folded
    {
        get => Read(1);
        set => _fold.Bind(1, value).Run();
    }

    /// <summary>True from the moment a process may write to the log until it has stopped in order: then there must be a log to go on from.</summary>
    public bool IsOpen
    {
        get => Read(2) != 0;
        set => _mark.Bind(1, value ? 1 : 0).Run();
    }

    private long Read(int column)
    {
        if (!_read.Step())
            throw SqliteFailure.Corrupt("the store does not say where its redo log begins");
        var value = _read.Integer(column);
        _read.Reset();
        return value;
    }
}
