using System.Buffers.Binary;
using System.Globalization;
using IdempotencyGateway.Configuration.Files;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite.Redo;
using SQLitePCL;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The database file and its redo log: locked, checked and open. A file that is not an intact store of this gateway is refused before anything is written to it,
/// with a message that says what to do. No new store is ever created where an earlier one may have been.
/// </summary>
internal sealed class DatabaseFile : IDisposable
{
    private readonly DatabaseLock _lock;

    private DatabaseFile(string path, DatabaseLock held, SqliteDatabase database, RedoMark mark, RedoLog redo)
    {
        Path = path;
        _lock = held;
        Database = database;
        Mark = mark;
        Redo = redo;
    }

    public string Path { get; }

    public SqliteDatabase Database { get; }

    public RedoMark Mark { get; }

    public RedoLog Redo { get; }

    /// <exception cref="StoreUnavailableException">With a message for the operator: which file, what is wrong, what to do.</exception>
    public static DatabaseFile Open(SqliteStoreOptions options)
    {
        var path = ResolveLinks(System.IO.Path.GetFullPath(options.Path));
        MakeFolder(path);
        var held = DatabaseLock.Take(path);
        try
        {
            if (!File.Exists(path))
                Create(path);
            CheckHeader(path);
            return Open(path, held, OpenChecked(path, options));
        }
        catch (SqliteFailure failure)
        {
            held.Dispose();
            throw failure.Code == raw.SQLITE_BUSY ? DatabaseLock.InUse(path, failure) : failure.ToUnavailable(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw NotWritable(path, failure);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Checks that the file is a store, or could be created. Does not open it as a database: a running gateway may be using it.</summary>
    /// <exception cref="StoreUnavailableException">As from <see cref="Open(SqliteStoreOptions)"/>.</exception>
    public static void Check(string path)
    {
        path = ResolveLinks(System.IO.Path.GetFullPath(path));
        try
        {
            if (File.Exists(path))
            {
                CheckHeader(path);
                return;
            }
            CheckNothingIsLeft(path);
            FutureFile.TryOut(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, failure);
        }
    }

    /// <returns>The free bytes on the file's volume.</returns>
    /// <exception cref="StoreUnavailableException">A file was deleted or moved. Writes through the open handles would still succeed, but no later process would find them.</exception>
    public static long MeasureRoom(string path)
    {
        path = ResolveLinks(System.IO.Path.GetFullPath(path));
        if (!File.Exists(path) || !File.Exists(RedoPath(path)))
            throw Refused(path, $"it or {RedoPath(path)} was deleted or moved while the gateway has it open, so records made from now on would be lost. Put it back, or stop the gateway");
        return FreeSpaceGuard.MeasureVolume(path);
    }

    public void Dispose()
    {
        Database.Dispose();
        Redo.Dispose();
        _lock.Dispose();
    }

    /// <summary>A clean shutdown: a last checkpoint, then the redo log is deleted. If the checkpoint fails, the log stays and the next start replays it.</summary>
    public void Close(OpenTransaction transaction)
    {
        var isCheckpointed = transaction.TryClose();
        Database.Dispose();
        Redo.Dispose();
        if (isCheckpointed)
            RemoveRedo();
        _lock.Dispose();
    }

    /// <summary>A log that cannot be deleted does no harm: the database holds all of it, and the next process overwrites it.</summary>
    private void RemoveRedo()
    {
        try
        {
            File.Delete(RedoPath(Path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string RedoPath(string path) => path + ".redo";

    private static DatabaseFile Open(string path, DatabaseLock held, SqliteDatabase database)
    {
        try
        {
            var mark = new RedoMark(database);
            if (mark.IsOpen && !File.Exists(RedoPath(path)))
                throw Refused(path, $"was not closed cleanly, and its redo log is missing, which holds the last changes. Put {RedoPath(path)} back beside it");
            return new(path, held, database, mark, RedoLog.Open(RedoPath(path), mark.Salt, mark.Checkpointed));
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The lock belongs to a name. Two processes that open one file under two names would each hold a lock.</summary>
    private static string ResolveLinks(string path) =>
        File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;

    private static void MakeFolder(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refused(folder, $"this folder for the store cannot be created ({failure.Message}); create it, or choose another path", failure);
        }
    }

    private static void CheckNothingIsLeft(string path)
    {
        if (((string[])[path + "-wal", RedoPath(path)]).FirstOrDefault(log => new FileInfo(log) is { Exists: true, Length: > 0 }) is { } log)
            throw Refused(path, $"is missing, but {log} is there and belongs to it. Put the file back beside it, or remove the log to begin a new store");
    }

    /// <summary>Creates the store under a temporary name and then renames it, so that a crash never leaves a half-made store.</summary>
    private static void Create(string path)
    {
        CheckNothingIsLeft(path);
        var draft = path + ".new";
        File.Delete(draft);
        File.Delete(draft + "-journal");
        using (var database = SqliteDatabase.Open(draft, create: true))
            SqliteSchema.Create(database);
        File.Move(draft, path);
    }

    /// <summary>Reads the header without SQLite, which would start to recover even another program's database.</summary>
    private static void CheckHeader(string path)
    {
        Span<byte> header = stackalloc byte[100];
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        var length = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (length == 0)
            throw Refused(path, "is empty, which no store ever is. Restore it from a backup, or remove it to begin a new store");
        if (length < header.Length || !header.StartsWith("SQLite format 3\0"u8))
            throw Refused(path, "is not a SQLite database. Restore it from a backup if it was a store, or choose another path");
        if (BinaryPrimitives.ReadInt32BigEndian(header[68..]) != SqliteSchema.ApplicationId)
            throw Refused(path, "is the SQLite database of another program. Choose another path");
    }

    private static SqliteDatabase OpenChecked(string path, SqliteStoreOptions options)
    {
        var database = SqliteDatabase.Open(path, create: false);
        try
        {
            database.Execute("PRAGMA locking_mode = EXCLUSIVE");
            CheckVersion(path, database);
            Configure(path, database, options);
            CheckSize(path, database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static void CheckVersion(string path, SqliteDatabase database)
    {
        var version = int.Parse(database.Query("PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version != SqliteSchema.Version)
        {
            throw Refused(
                path, $"has schema version {version}, this gateway knows {SqliteSchema.Version}. Run the gateway version that wrote it");
        }
    }

    private static void Configure(string path, SqliteDatabase database, SqliteStoreOptions options)
    {
        if (database.Query("PRAGMA journal_mode = WAL") != "wal")
            throw Refused(path, "is on a file system where SQLite cannot keep a write-ahead log. Choose a local disk");
        // The redo log is flushed before an operation is answered. SQLite only has to order its own writes.
        database.Execute("PRAGMA synchronous = NORMAL");
        database.Execute("PRAGMA wal_autocheckpoint = 0");
        database.Execute("PRAGMA cell_size_check = ON");
        database.Execute("PRAGMA trusted_schema = OFF");
        // Erased data must not be found in the file. FAST would not zero the pages that become free.
        database.Execute("PRAGMA secure_delete = ON");
        database.Execute(SqliteSchema.Invariant($"PRAGMA cache_size = -{options.CacheBytes / 1024}"));
        database.Execute(SqliteSchema.Invariant($"PRAGMA max_page_count = {(options.MaximumFileBytes + FileRoom.ReserveBytes) / SqliteSchema.PageBytes}"));
    }

    /// <summary>
    /// Detects a truncated file. Checking every page would take minutes at every start of a large store. Damage inside the
    /// file is detected when the page is read, and fails that operation.
    /// </summary>
    private static void CheckSize(string path, SqliteDatabase database)
    {
        database.Checkpoint();
        var pages = long.Parse(database.Query("PRAGMA page_count"), CultureInfo.InvariantCulture);
        var missing = (pages * SqliteSchema.PageBytes) - new FileInfo(path).Length;
        if (missing > 0)
            throw Refused(path, $"is damaged: {missing} bytes are missing at its end. Keep the file, and restore it from a backup");
    }

    private static StoreUnavailableException NotWritable(string path, Exception failure) =>
        Refused(path, $"cannot be read and written ({failure.Message}); give this process's user write access to it", failure);

    private static StoreUnavailableException Refused(string path, string defect, Exception? cause = null) =>
        new(StoreFailure.Refused, $"{path}: {defect}", cause);
}
