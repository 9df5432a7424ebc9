using System.Security.Cryptography;
using System.Text;

namespace IdempotencyGateway.Configuration;

/// <summary>What settings say, lists and nested sections included, as a digest: the same wherever they say the same, in whatever order and in whatever case the names are.</summary>
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
