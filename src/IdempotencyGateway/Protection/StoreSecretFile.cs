using System.Security.Cryptography;
using IdempotencyGateway.Configuration.Files;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Protection;

/// <summary>
/// The store secret on disk: 32 bytes in base64, readable by their owner only. Created on the first start and never replaced, because
/// every storage key and fingerprint in the store is derived from it.
/// </summary>
public static class StoreSecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode EveryUser = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <exception cref="StoreSecretException">The file cannot be read or created, or holds no such secret. The message says what to change.</exception>
    public static StoreSecret Open(string path)
    {
        try
        {
            if (!File.Exists(path))
                Create(path);
            return Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotToBeHad(path, e);
        }
    }

    /// <summary>Checks whether <see cref="Open"/> would succeed, without creating anything.</summary>
    /// <exception cref="StoreSecretException">It would fail.</exception>
    public static void Check(string path)
    {
        try
        {
            if (File.Exists(path))
                Read(path);
            else
                FutureFile.TryOut(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotToBeHad(path, e);
        }
    }

    private static StoreSecretException NotToBeHad(string path, Exception e) =>
        new($"Store:SecretFile: {path} cannot be read or made ({e.Message}). Give this user write access to its folder, or put the secret there.", e);

    private static StoreSecret Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & EveryUser) != UnixFileMode.None)
            throw new StoreSecretException($"Store:SecretFile: {path} can be read or written by every user. Remove that permission: chmod o= '{path}'.");
        Span<byte> secret = stackalloc byte[StoreSecret.SizeInBytes];
        if (!Convert.TryFromBase64String(File.ReadAllText(path).Trim(), secret, out var length) || length != secret.Length)
            throw new StoreSecretException($"Store:SecretFile: {path} is not {StoreSecret.SizeInBytes} bytes in base64. Make one with: openssl rand -base64 {StoreSecret.SizeInBytes}. Never replace a secret under which records exist.");
        return new(secret);
    }

    /// <summary>Creates the file atomically: two processes that start at the same time end up with the same secret.</summary>
    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var draft = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(draft, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(StoreSecret.SizeInBytes)) + "\n"));
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}

/// <summary>The store secret cannot be used, so the gateway does not start.</summary>
public sealed class StoreSecretException(string message, Exception? inner = null) : Exception(message, inner);
