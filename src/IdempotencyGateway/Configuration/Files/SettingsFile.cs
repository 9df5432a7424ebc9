using System.Security.Cryptography;

namespace IdempotencyGateway.Configuration.Files;

/// <summary>
/// One file's settings in .NET's flat form: names joined by colons, list items by their index. The value of an empty section is null, that of an empty list
/// is empty text. Also holds the line of every name, and which names are lists.
/// </summary>
internal sealed class SettingsFile(string path)
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _lines = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _lists = new(StringComparer.OrdinalIgnoreCase);

    public string Path { get; } = path;

    public IReadOnlyDictionary<string, string?> Values => _values;

    /// <summary>Paths whose value is a list.</summary>
    public IReadOnlySet<string> Lists => _lists;

    /// <returns>Counted from 1; null when the file does not have the name.</returns>
    public int? LineOf(string path) => _lines.TryGetValue(path, out var line) ? line : null;

    /// <returns>False when the file has the name already.</returns>
    public bool TryName(string path, int line) => _lines.TryAdd(path, line);

    public void SetValue(string path, string? value) => _values[path] = value;

    public void SetList(string path) => _lists.Add(path);

    public static string DigestOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static string DigestOf(Stream content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
