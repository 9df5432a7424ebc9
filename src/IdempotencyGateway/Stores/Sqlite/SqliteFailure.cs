using IdempotencyGateway.Core.Stores;
using SQLitePCL;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>A call to SQLite, or to the redo log's file, failed. Never leaves this folder: callers see a <see cref="StoreUnavailableException"/>.</summary>
internal sealed class SqliteFailure(int extendedCode, string message) : Exception(message)
{
    private const int PrimaryCodeMask = 0xff;

    // errno values: .NET uses them as the HResult of errors for which it has no exception type.
    private const int NoSpace = 28;
    private const int ReadOnlyVolume = 30;
    private const int NoQuota = 122;

    /// <summary>Stored data that this gateway cannot have written.</summary>
    public static SqliteFailure Corrupt(string what) => new(raw.SQLITE_CORRUPT, what);

    /// <summary>A transaction that cannot be rolled back.</summary>
    public static SqliteFailure Stuck() => new(raw.SQLITE_IOERR, "the last transaction cannot be rolled back");

    /// <summary>An error of a file beside the database, with SQLite's code for it.</summary>
    public static SqliteFailure OfDisk(Exception failure) => new(
        failure switch
        {
            UnauthorizedAccessException => raw.SQLITE_PERM,
            { HResult: NoSpace or NoQuota } => raw.SQLITE_FULL,
            { HResult: ReadOnlyVolume } => raw.SQLITE_READONLY,
            _ => raw.SQLITE_IOERR,
        },
        failure.Message);

    public bool IsDamage => Code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    public int Code => extendedCode & PrimaryCodeMask;

    public StoreUnavailableException ToUnavailable(string path) => Code switch
    {
        raw.SQLITE_FULL or raw.SQLITE_TOOBIG => new(StoreFailure.Full, $"{path}: no room ({Message})", this),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN or raw.SQLITE_AUTH =>
            new(StoreFailure.Refused, $"{path}: not writable ({Message}); give this process's user write access to the file and its folder", this),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR or raw.SQLITE_SCHEMA =>
            new(StoreFailure.Refused, $"{path}: damaged ({Message}); stop the gateway, keep the file, and restore it from a backup", this),
        _ => new(StoreFailure.Unreachable, $"{path}: {Message}", this),
    };
}
