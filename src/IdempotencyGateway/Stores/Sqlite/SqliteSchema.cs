using System.Globalization;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>The tables, and the application id and version that identify a store file.</summary>
internal static class SqliteSchema
{
    /// <summary>"IDGW", at offset 68 of the file's header.</summary>
    public const int ApplicationId = 0x49444757;

    /// <summary>Incremented with every change that an older gateway could not read.</summary>
    public const int Version = 4;

    public const int PageBytes = 4096;

    /// <summary>
    /// A settled record is appended to <c>answers</c>. It is found through <c>settled</c>, which has twenty bytes a record. Keys are random, so each new one dirties some page of
    /// that table, and the more keys fit into a page, the fewer pages are written. A key is in <c>unsettled</c> or in <c>settled</c>, never in both.
    /// The column <c>folded</c> holds the number of the last frame of the redo log that the tables contain.
    /// </summary>
    private const string Tables = """
        CREATE TABLE unsettled (
            key BLOB NOT NULL PRIMARY KEY, state INTEGER NOT NULL, fingerprint BLOB NOT NULL, owner BLOB NOT NULL, fence INTEGER NOT NULL,
            lease INTEGER NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL, destination TEXT, evidence BLOB
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE settled (prefix INTEGER NOT NULL, answer INTEGER NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (prefix, answer)) STRICT, WITHOUT ROWID;
        CREATE TABLE answers (
            id INTEGER PRIMARY KEY, key BLOB NOT NULL, fingerprint BLOB NOT NULL, owner BLOB, fence INTEGER NOT NULL,
            created INTEGER NOT NULL, destination TEXT, body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE subjects (entry BLOB NOT NULL PRIMARY KEY, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE tracks (who BLOB NOT NULL PRIMARY KEY, expires INTEGER NOT NULL, track BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE redo (salt INTEGER NOT NULL, folded INTEGER NOT NULL, is_open INTEGER NOT NULL) STRICT;
        INSERT INTO redo VALUES (random(), 0, 0);
        """;

    public static void Create(SqliteDatabase database)
    {
        database.Execute(Invariant($"PRAGMA page_size = {PageBytes}"));
        database.Execute(Invariant(
            $"BEGIN; {Tables} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT"));
    }

    /// <summary>
    /// Settles what an earlier process left. Its claimed records were never sent and are deleted; the outcome of its sent records is unknown, so they become doubts.
    /// Reads unsettled records only, so ten million settled ones do not slow it down.
    /// </summary>
    public static void Recover(SqliteDatabase database) => database.Execute("""
        BEGIN IMMEDIATE;
        DELETE FROM unsettled WHERE state = 1;
        UPDATE unsettled SET state = 4, lease = 0 WHERE state = 2;
        COMMIT
        """);

    public static string Invariant(FormattableString sql) => sql.ToString(CultureInfo.InvariantCulture);
}
