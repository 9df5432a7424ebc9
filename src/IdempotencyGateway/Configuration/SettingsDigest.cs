using System.Security.Cryptography;
using System.Text;

namespace IdempotencyGateway.Configuration;

/// <summary>A digest of settings, including lists and nested sections. The order of names and their letter case do not matter.</summary>
internal static class SettingsDigest
{
    public static byte[] Of(IConfiguration settings)
    {
        var lines = new List<string>();
        foreach (var (path, value) in settings.AsEnumerable())
            lines.Add($"{path.ToUpperInvariant()}={value}");
        lines.Sort(StringComparer.Ordinal);
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', lines)));
    }
}
