using IdempotencyGateway.Stores.Sqlite;
using SQLitePCL;

namespace IdempotencyGateway.Load.Servers;

/// <summary>
/// Fills a SQLite store with recorded answers. The gateway's own store creates the file. The rows are inserted by SQL in key order, because inserting ten million of them
/// one by one would take a quarter of an hour. Keys are evenly distributed, so that new ones are inserted everywhere among them.
/// </summary>
internal static class SqliteFilling
{
    private const long RowsAtOnce = 100_000;

    public static async Task FillAsync(string file, long records)
    {
        await SqliteIdempotencyStore.Open(new() { Path = file }, TimeProvider.System).DisposeAsync();
        Check(raw.sqlite3_open(file, out var database), database);
        using (database)
        {
            // No durability needed: after a power failure the store is filled again.
            Run(database, "PRAGMA synchronous = OFF");
            for (var from = 0L; from < records; from += RowsAtOnce)
                Run(database, Insert(from, Math.Min(from + RowsAtOnce, records), records));
            Run(database, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private static string Insert(long from, long to, long of) => $"""
        BEGIN;
        INSERT INTO answers (id, key, fingerprint, owner, fence, created, destination, body)
            WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {to})
            SELECT i + 1, CAST(unhex(printf('%016x', {Prefix(of)})) || randomblob(24) AS BLOB), randomblob(32), randomblob(16), 1, unixepoch() * 1000, 'one', randomblob(500) FROM n;
        INSERT INTO settled (prefix, answer, expires)
            WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {to}) SELECT {Prefix(of)}, i + 1, (unixepoch() + 86400) * 1000 FROM n;
        COMMIT;
        """;

    /// <summary>A SQL expression for the first eight bytes of a key as a signed number, in ascending order.</summary>
    private static string Prefix(long of) => $"((i - {of / 2}) * {ulong.MaxValue / ((ulong)of + 1)})";

    private static void Run(sqlite3 database, string sql) => Check(raw.sqlite3_exec(database, sql), database);

    private static void Check(int code, sqlite3 database)
    {
        if (code != raw.SQLITE_OK)
            throw new InvalidOperationException($"the store cannot be filled: {raw.sqlite3_errmsg(database).utf8_to_string()}");
    }
}
