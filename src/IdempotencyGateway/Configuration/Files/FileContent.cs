namespace IdempotencyGateway.Configuration.Files;

/// <summary>
/// Files that are read while the gateway runs. A named pipe in the place of one counts as an empty file, which has the same length: opening it would wait until somebody writes into it, and nobody may.
/// One that is named by a link, as a shell's substitutions are, is read.
/// </summary>
internal static class FileContent
{
    public static bool IsEmpty(string path) => new FileInfo(path) is { Exists: true, Length: 0 };

    /// <inheritdoc cref="File.ReadAllBytes(string)"/>
    public static byte[] Read(string path) => IsEmpty(path) ? [] : File.ReadAllBytes(path);
}
