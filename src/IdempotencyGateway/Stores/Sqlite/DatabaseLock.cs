using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The exclusive right to use a database file: a file lock, which the operating system releases however the process ends. The lock
/// file itself is never deleted: another process could still hold the deleted file's lock while a third creates and locks a new one.
/// </summary>
internal sealed class DatabaseLock : IDisposable
{
    // HResults of a lock that another process holds: EAGAIN on Linux, EAGAIN on macOS and BSD, ERROR_SHARING_VIOLATION on Windows.
    private static readonly int[] HeldElsewhere = [11, 35, unchecked((int)0x80070020)];
    private readonly FileStream _held;

    private DatabaseLock(FileStream held) => _held = held;

    /// <exception cref="StoreUnavailableException">Another process holds the lock, or the lock file cannot be created.</exception>
    public static DatabaseLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException held) when (Array.IndexOf(HeldElsewhere, held.HResult) >= 0)
        {
            throw InUse(databasePath, held);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                StoreFailure.Refused,
                $"{path}: the lock file cannot be created ({refused.Message}); give this process's user write access to the folder",
                refused);
        }
    }

    public static StoreUnavailableException InUse(string databasePath, Exception cause) => new(
        StoreFailure.Refused,
        $"{databasePath}: another process uses this store. One process owns the file: stop the other one, give this one a path of its own, or share a Redis store",
        cause);

    public void Dispose() => _held.Dispose();
}
