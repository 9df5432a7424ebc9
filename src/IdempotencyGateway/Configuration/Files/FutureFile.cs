using System.Security.Cryptography;

namespace IdempotencyGateway.Configuration.Files;

/// <summary>A file that is not there yet.</summary>
internal static class FutureFile
{
    /// <summary>Finds out whether it, and the folders on the way to it, can be made. Nothing stays behind.</summary>
    /// <exception cref="IOException">They cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public static void TryOut(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder.");
        var nearest = Path.GetDirectoryName(Path.GetFullPath(path))!;
        while (!Path.Exists(nearest))
            nearest = Path.GetDirectoryName(nearest)!;
        var trial = Path.Combine(nearest, $".{RandomNumberGenerator.GetHexString(16, lowercase: true)}");
        File.Create(trial, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
    }
}
