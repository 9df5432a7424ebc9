using SQLitePCL;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>Runs SQLite's integrity check on a database that no process has open.</summary>
internal static class SqliteIntegrity
{
    /// <returns>"ok", or the first defect found.</returns>
    public static string Check(string path)
    {
        Batteries_V2.Init();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(path, out var database, raw.SQLITE_OPEN_READWRITE, null));
        using (database)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(database, "PRAGMA integrity_check(1)", out var statement));
            using (statement)
            {
                Assert.Equal(raw.SQLITE_ROW, raw.sqlite3_step(statement));
                return raw.sqlite3_column_text(statement, 0).utf8_to_string();
            }
        }
    }
}
