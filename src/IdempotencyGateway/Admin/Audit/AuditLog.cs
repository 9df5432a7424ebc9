using System.Text.Json;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Admin.Audit;

/// <summary>
/// The log of operators' changes: an append-only file of JSON lines. A line is flushed to disk when <see cref="WriteAsync"/> returns. The file is opened for each
/// line, so that it can be rotated by renaming it.
/// </summary>
public sealed partial class AuditLog(string path, ILogger<AuditLog> logger) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <exception cref="AuditUnavailableException">The line could not be written.</exception>
    public async Task WriteAsync(AuditEntry entry)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, AdminJson.Default.AuditEntry), (byte)'\n'];
        await _oneAtATime.WaitAsync();
        try
        {
            await AppendAsync(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuditUnavailableException("The audit log (Admin:AuditFile) cannot be written: make sure that its disk has space and that the gateway's user may write it.", e);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Writes the result of a change that was made. A failure to write it must not look like a failure of the change, so it is only logged.</summary>
    /// <returns>Whether the line was written.</returns>
    public async Task<bool> TryWriteAsync(AuditEntry entry)
    {
        try
        {
            await WriteAsync(entry);
            return true;
        }
        catch (AuditUnavailableException e)
        {
            LogEndNotAudited(logger, e);
            return false;
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task AppendAsync(byte[] line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        await using var file = new FileStream(path, options);
        var end = file.Length;
        try
        {
            // A process that died while it wrote a line left it without a line end.
            if (end > 0 && LastByte(file) != '\n')
                line = [(byte)'\n', .. line];
            file.Position = end;
            await file.WriteAsync(line);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            file.SetLength(end);
            throw;
        }
    }

    private static int LastByte(FileStream file)
    {
        file.Position = file.Length - 1;
        return file.ReadByte();
    }

    [LoggerMessage(EventIds.AuditIncomplete, LogLevel.Error, "Admin: a change was made, but its result could not be written to the audit log")]
    private static partial void LogEndNotAudited(ILogger logger, Exception exception);
}

/// <summary>The audit log cannot be written, so the change must not be made.</summary>
public sealed class AuditUnavailableException(string message, Exception inner) : Exception(message, inner);
