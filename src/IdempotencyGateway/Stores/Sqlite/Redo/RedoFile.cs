using Microsoft.Win32.SafeHandles;

namespace IdempotencyGateway.Stores.Sqlite.Redo;

/// <summary>The redo log's file. Errors of the disk become a <see cref="SqliteFailure"/> with SQLite's code for them. Tests override it to inject failures.</summary>
/// <exception cref="IOException">The file cannot be read or written; likewise <see cref="UnauthorizedAccessException"/>.</exception>
internal class RedoFile(string path) : IDisposable
{
    private static readonly byte[] Zeros = new byte[1 << 16];

    private readonly SafeFileHandle _handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);

    public string Path => path;

    /// <exception cref="SqliteFailure">The disk fails.</exception>
    public long Length
    {
        get
        {
            try
            {
                return RandomAccess.GetLength(_handle);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw SqliteFailure.OfDisk(failure);
            }
        }
    }

    /// <returns>How many bytes were read: fewer than asked for only at the end of the file.</returns>
    /// <exception cref="SqliteFailure">The disk fails.</exception>
    public int Read(Span<byte> bytes, long at)
    {
        var total = 0;
        try
        {
            while (total < bytes.Length && RandomAccess.Read(_handle, bytes[total..], at + total) is var read and > 0)
                total += read;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw SqliteFailure.OfDisk(failure);
        }
        return total;
    }

    /// <exception cref="SqliteFailure">The disk is full, or fails. Some of the bytes may have been written.</exception>
    public virtual void Write(ReadOnlySpan<byte> bytes, long at)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, at);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw SqliteFailure.OfDisk(failure);
        }
    }

    /// <inheritdoc cref="Write"/>
    public void WriteZeros(long from, long to)
    {
        for (var at = from; at < to; at += Zeros.Length)
            Write(Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, to - at)), at);
    }

    /// <summary>Waits until everything written is on the disk (fsync).</summary>
    /// <exception cref="SqliteFailure">Some of it may not be.</exception>
    public virtual void Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw SqliteFailure.OfDisk(failure);
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _handle.Dispose();
    }
}
