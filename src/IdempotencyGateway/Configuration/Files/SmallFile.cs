namespace IdempotencyGateway.Configuration.Files;

/// <summary>A file beside the configuration that is read with it, whole: a certificate, a key, a password.</summary>
internal static class SmallFile
{
    private const int LargestInBytes = 1 << 20;

    /// <param name="problem">Why there is no content, and what to do; else null.</param>
    /// <returns>Null with a problem.</returns>
    public static byte[]? Read(string path, out ConfigurationFile file, out string? problem)
    {
        byte[]? bytes = null;
        string? digest = null;
        problem = null;
        try
        {
            using var stream = FileContent.IsEmpty(path) ? Stream.Null : File.OpenRead(path);
            if (stream.Length > LargestInBytes)
            {
                problem = $"{path} is larger than 1 MB: is it the right file?";
                digest = SettingsFile.DigestOf(stream);
            }
            else
            {
                bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                digest = SettingsFile.DigestOf(bytes);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            problem = $"{path} cannot be read ({e.Message}): put it there, and let this user read it.";
        }
        file = new(path, digest);
        return bytes;
    }
}
