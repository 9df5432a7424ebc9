using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The right to use a database file, held through the operating system for as long as this process lives, however it ends. The lock
/// file itself stays behind: removing it would let two processes hold locks on two files of one name.
/// </summary>
internal sealed class DatabaseLock : IDisposable
{
    // What a lock held elsewhere is called: EAGAIN on Linux, EAGAIN on macOS and BSD, ERROR_SHARING_VIOLATION on Windows.
    private static readonly int[] HeldElsewhere = [11, 35, unchecked((int)0x80070020)];
    private readonly FileStream _held;

    private DatabaseLock(FileStream held) => _held = held;

    /// <exception cref="StoreUnavailableException">Another process has it, or the lock file cannot be made.</exception>
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
                $"{path}: the lock file cannot be made ({refused.Message}); give this process's user write access to the folder",
                refused);
        }
    }

    public static StoreUnavailableException InUse(string databasePath, Exception cause) => new(
        StoreFailure.Refused,
        $"{databasePath}: another process uses this store. One process owns the file: stop the other one, give this one a path of its own, or share a Redis store",
        cause);

    public void Dispose() => _held.Dispose();
}
