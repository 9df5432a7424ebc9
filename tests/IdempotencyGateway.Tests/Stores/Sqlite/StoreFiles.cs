namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>The file names of an embedded store.</summary>
internal static class StoreFiles
{
    private static readonly string[] Endings = ["", "-wal", ".redo"];

    public static string Redo(string database) => database + ".redo";

    /// <summary>Copies the files of an open store as they are, which is what a new process would find after <c>kill -9</c>.</summary>
    public static void CopyUnclosed(string database, string survivor)
    {
        foreach (var ending in Endings)
            File.Copy(database + ending, survivor + ending, overwrite: true);
    }
}
