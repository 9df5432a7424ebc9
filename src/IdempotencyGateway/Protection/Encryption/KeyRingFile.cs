using IdempotencyGateway.Configuration.Files;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// The key ring on disk, readable by its owner only. Only the <c>keys</c> command writes it, whole or not at all. A gateway never makes one by itself: replicas
/// that each made their own could not read each other's records.
/// </summary>
internal static class KeyRingFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode EveryUser = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <exception cref="KeyRingException">It cannot be read, or is no key ring. The message says what to change.</exception>
    public static KeyRing Read(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & EveryUser) != UnixFileMode.None)
                throw new KeyRingException($"Store:Encryption:KeyRingFile: {path} can be read or written by every user. Take that away: chmod o= '{path}'.");
            return KeyRingText.Parse(FileContent.Read(path), $"Store:Encryption:KeyRingFile: {path}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyRingException(
                $"Store:Encryption:KeyRingFile: {path} is not there. Make one with: keys create; or, where other gateways share the store, put their ring there.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"Store:Encryption:KeyRingFile: {path} cannot be read ({e.Message}). Let this user read it.", e);
        }
    }

    /// <summary>Puts another ring in the file's place. The draft is the lock: of two who write at once, one is told to wait.</summary>
    /// <param name="change">Gets the ring as it is, or null where there is none.</param>
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
            throw new KeyRingException($"{draft} is there: the ring is being changed by somebody else. If nobody is, remove that file and try again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"Store:Encryption:KeyRingFile: {path} cannot be written ({e.Message}). Let this user write its folder.", e);
        }
    }
}
