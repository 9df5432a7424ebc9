using SQLitePCL;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>One connection, for one thread at a time. All native calls are here and in <see cref="SqliteStatement"/>.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private const int DbStatusCacheWrite = 9;
    private const int ConfigStatementJournalSpill = 26;
    private const int NeverSpill = -1;
    private readonly sqlite3 _handle;
    private readonly List<SqliteStatement> _statements = [];

    static SqliteDatabase()
    {
        Batteries_V2.Init();
        // Keep savepoint journals in memory. By default SQLite spills them to a file, which would be most of what it writes.
        raw.sqlite3_config(ConfigStatementJournalSpill, NeverSpill);
    }

    private SqliteDatabase(sqlite3 handle) => _handle = handle;

    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    public static SqliteDatabase Open(string path, bool create)
    {
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var database = new SqliteDatabase(handle);
        if (code != raw.SQLITE_OK)
        {
            using (database)
                throw database.Failure(code);
        }
        raw.sqlite3_extended_result_codes(handle, 1);
        return database;
    }

    /// <summary>Prepared once, kept until the connection closes.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var code = raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle);
        if (code != raw.SQLITE_OK)
            throw Failure(code);
        var statement = new SqliteStatement(this, handle);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs statements that are needed once, and discards their rows.</summary>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(_handle, sql);
        if (code != raw.SQLITE_OK)
            throw Failure(code);
    }

    /// <summary>The first column of the first row of a query that is needed once.</summary>
    public string Query(string sql)
    {
        var code = raw.sqlite3_prepare_v2(_handle, sql, out var handle);
        if (code != raw.SQLITE_OK)
            throw Failure(code);
        using var statement = new SqliteStatement(this, handle);
        return statement.Step() ? statement.Text(0) ?? "" : "";
    }

    /// <summary>Moves SQLite's write-ahead log into the database file and waits for the disk. SQLite then overwrites that log from its start.</summary>
    /// <param name="empties">Also truncates the log to zero bytes.</param>
    /// <returns>Whether all of the log was moved.</returns>
    public bool Checkpoint(bool empties = false)
    {
        var mode = empties ? raw.SQLITE_CHECKPOINT_TRUNCATE : raw.SQLITE_CHECKPOINT_PASSIVE;
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, null, mode, out var pages, out var moved);
        return code == raw.SQLITE_OK ? pages == moved : throw Failure(code);
    }

    /// <summary>How many pages were written to the write-ahead log since the last call.</summary>
    public int TakePagesWritten()
    {
        raw.sqlite3_db_status(_handle, DbStatusCacheWrite, out var pages, out _, resetFlg: 1);
        return pages;
    }

    public SqliteFailure Failure(int code) => new(code, $"{raw.sqlite3_errmsg(_handle).utf8_to_string()}, SQLite code {code}");

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        _handle.Dispose();
    }
}
