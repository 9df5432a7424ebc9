namespace IdempotencyGateway.Configuration.Files;

/// <summary>
/// Reads files that are watched while the gateway runs. A named pipe counts as an empty file, because both have the length 0: opening a pipe would block until something writes to it. A pipe
/// behind a symbolic link, such as a shell's process substitution, is opened and read.
/// </summary>
internal static class FileContent
{
    public static bool IsEmpty(string path) => new FileInfo(path) is { Exists: true, Length: 0 };

    /// <inheritdoc cref="File.ReadAllBytes(string)"/>
    public static byte[] Read(string path) => IsEmpty(path) ? [] : File.ReadAllBytes(path);
}
