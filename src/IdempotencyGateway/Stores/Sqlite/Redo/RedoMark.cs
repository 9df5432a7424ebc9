namespace IdempotencyGateway.Stores.Sqlite.Redo;

/// <summary>What the database knows about its redo log: a table of one row, updated in the same transaction as the data it describes.</summary>
internal sealed class RedoMark(SqliteDatabase database)
{
    private readonly SqliteStatement _read = database.Prepare("SELECT salt, folded, is_open FROM redo");
    private readonly SqliteStatement _setCheckpointed = database.Prepare("UPDATE redo SET folded = ?1 WHERE folded <> ?1");
    private readonly SqliteStatement _mark = database.Prepare("UPDATE redo SET is_open = ?1");

    /// <summary>Salts the log's checksums; drawn at random when the store was created.</summary>
    public long Salt => Read(0);

    /// <summary>The number of the last frame whose changes are in the database.</summary>
    public long Checkpointed
    {
        get => Read(1);
        set => _setCheckpointed.Bind(1, value).Run();
    }

    /// <summary>True from before a process first writes to the log until its clean shutdown. A log that is missing meanwhile is lost data.</summary>
    public bool IsOpen
    {
        get => Read(2) != 0;
        set => _mark.Bind(1, value ? 1 : 0).Run();
    }

    private long Read(int column)
    {
        if (!_read.Step())
            throw SqliteFailure.Corrupt("the table that describes the redo log is empty");
        var value = _read.Integer(column);
        _read.Reset();
        return value;
    }
}
