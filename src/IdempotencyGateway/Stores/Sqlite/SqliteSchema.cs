using System.Globalization;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>The tables, and the marks by which a file is known to be ours.</summary>
internal static class SqliteSchema
{
    /// <summary>"IDGW", at offset 68 of the file's header.</summary>
    public const int ApplicationId = 0x49444757;

    /// <summary>Rises with every change that an older gateway could not read.</summary>
    public const int Version = 4;

    public const int PageBytes = 4096;

    /// <summary>
    /// A settled record is appended, with all that is known of it; what finds it is a table of its own with twenty bytes a record. Keys come in no order, so each new
    /// one means a page to be written there: the more of them lie on one page, the fewer pages. A key is unsettled or settled, never both.
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
    /// What an earlier process left: it sent nothing of what it had merely claimed, and nobody knows what became of what it had sent.
    /// Looks at unsettled records only, so it takes no longer for ten million settled ones.
    /// </summary>
    public static void Recover(SqliteDatabase database) => database.Execute("""
        BEGIN IMMEDIATE;
        DELETE FROM unsettled WHERE state = 1;
        UPDATE unsettled SET state = 4, lease = 0 WHERE state = 2;
        COMMIT
        """);

    public static string Invariant(FormattableString sql) => sql.ToString(CultureInfo.InvariantCulture);
}
