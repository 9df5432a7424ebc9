namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>The files of an embedded store.</summary>
internal static class StoreFiles
{
    private static readonly string[] Endings = ["", "-wal", ".redo"];

    public static string Redo(string database) => database + ".redo";

    /// <summary>What is on disk at this moment, for a next process to find: as after <c>kill -9</c>.</summary>
    public static void CopyUnclosed(string database, string survivor)
    {
        foreach (var ending in Endings)
            File.Copy(database + ending, survivor + ending, overwrite: true);
    }
}
