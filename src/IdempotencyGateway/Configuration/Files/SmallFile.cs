namespace IdempotencyGateway.Configuration.Files;

/// <summary>Reads a small file that the configuration names, such as a certificate, a key or a password.</summary>
internal static class SmallFile
{
    private const int LargestInBytes = 1 << 20;

    /// <param name="problem">Why the file cannot be used, and what to do; null on success.</param>
    /// <returns>The content; null if there is a problem.</returns>
    public static byte[]? Read(string path, out ConfigurationFile file, out string? problem)
    {
        byte[]? bytes = null;
        string? digest = null;
        problem = null;
        try
        {
            using var stream = FileContent.Open(path) ?? Stream.Null;
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
            problem = $"{path} cannot be read ({e.Message}): put the file there, and let the gateway's user read it.";
        }
        file = new(path, digest);
        return bytes;
    }
}
