using IdempotencyGateway.Configuration.Files;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// The key ring on disk, readable by its owner only. Only the <c>keys</c> command writes it, atomically. A gateway never creates one by itself: replicas
/// that each created their own could not read each other's records.
/// </summary>
internal static class KeyRingFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode EveryUser = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <exception cref="KeyRingException">The file cannot be read, or is not a key ring. The message says what to change.</exception>
    public static KeyRing Read(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & EveryUser) != UnixFileMode.None)
                throw new KeyRingException($"Store:Encryption:KeyRingFile: {path} can be read or written by every user. Remove that permission: chmod o= '{path}'.");
            return KeyRingText.Parse(FileContent.Read(path), $"Store:Encryption:KeyRingFile: {path}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyRingException(
                $"Store:Encryption:KeyRingFile: {path} is not there. Create one with: keys create; or, if other gateways share the store, copy their ring there.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"Store:Encryption:KeyRingFile: {path} cannot be read ({e.Message}). Let this user read it.", e);
        }
    }

    /// <summary>Replaces the ring atomically. The draft file is also the lock: a second writer at the same time fails.</summary>
    /// <param name="change">Gets the current ring, or null when there is none, and returns the new one.</param>
    /// <exception cref="KeyRingException">The message says what to change.</exception>
    public static KeyRing Change(string path, Func<KeyRing?, KeyRing> change)
    {
        var draft = path + ".new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            var file = new FileStream(draft, options);
            try
            {
                KeyRing next;
                using (file)
                {
                    next = change(File.Exists(path) ? Read(path) : null);
                    file.Write(KeyRingText.Format(next));
                    file.Flush(flushToDisk: true);
                }
                File.Move(draft, path, overwrite: true);
                return next;
            }
            catch
            {
                File.Delete(draft);
                throw;
            }
        }
        catch (IOException e) when (File.Exists(draft))
        {
            throw new KeyRingException($"{draft} exists: another process is changing the ring. If none is, remove that file and try again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"Store:Encryption:KeyRingFile: {path} cannot be written ({e.Message}). Give this user write access to its folder.", e);
        }
    }
}
