namespace IdempotencyGateway.Configuration.Files;

/// <summary>
/// Reads files that are watched while the gateway runs. A named pipe counts as an empty file, because both have the length 0: opening a pipe would block until something writes to it. A pipe
/// without a name, such as a shell's process substitution, is opened and read.
/// </summary>
internal static class FileContent
{
    /// <inheritdoc cref="File.ReadAllBytes(string)"/>
    public static byte[] Read(string path) => IsEmpty(path) ? [] : File.ReadAllBytes(path);

    /// <returns>Null for an empty file.</returns>
    /// <inheritdoc cref="File.OpenRead(string)"/>
    public static FileStream? Open(string path) =>
        IsEmpty(path) ? null : new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private static bool IsEmpty(string path) => new FileInfo(LinkPath.Of(Path.GetFullPath(path))[^1]) is { Exists: true, Length: 0 };
}
