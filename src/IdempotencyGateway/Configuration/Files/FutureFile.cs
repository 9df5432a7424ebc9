using System.Security.Cryptography;

namespace IdempotencyGateway.Configuration.Files;

/// <summary>Checks whether a file that does not exist yet can be created.</summary>
internal static class FutureFile
{
    /// <summary>Creates and deletes a temporary file in the nearest existing folder. Leaves nothing behind.</summary>
    /// <exception cref="IOException">The file or a folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not create it.</exception>
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
