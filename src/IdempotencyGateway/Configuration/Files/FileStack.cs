using System.Globalization;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Files;

/// <summary>
/// A configuration file and the files that it includes, as layers. A file overrides the files that it includes, and a later include overrides an earlier one.
/// Sections of the same name are merged; a value or a list replaces the overridden one as a whole.
/// </summary>
internal sealed class FileStack
{
    private const string Include = "Include";
    private const int MaxFiles = 64;
    private const long MaxFileInBytes = 4 << 20;

    private readonly ProblemList _problems;
    private readonly List<SettingsFile> _layers = [];
    private readonly List<ConfigurationFile> _seen = [];
    private readonly List<string> _open = [];

    private FileStack(ProblemList problems) => _problems = problems;

    /// <summary>All files that were read or found missing, each once.</summary>
    public IReadOnlyList<ConfigurationFile> Seen => _seen;

    /// <summary>Whether the main file could be read, even if its includes could not.</summary>
    public bool IsReadable { get; private set; }

    /// <param name="file">A full path.</param>
    public static FileStack Read(string file, ProblemList problems)
    {
        var stack = new FileStack(problems);
        stack.IsReadable = stack.TryRead(file, includedAt: null);
        return stack;
    }

    /// <summary>Merges all layers.</summary>
    public Dictionary<string, string?> Merge()
    {
        var merged = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var layer in _layers)
            LayOver(merged, layer);
        return merged;
    }

    /// <returns>Where the path, or else the nearest section around it, is written in the highest layer that has it: "line 12", or "presets/didit.json, line 3".</returns>
    public string? PlaceOf(string path)
    {
        for (var at = path; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOf(':'))])
        {
            for (var i = _layers.Count - 1; i >= 0; i--)
            {
                if (_layers[i].LineOf(at) is { } line)
                    return Place(_layers[i].Path, line);
            }
        }
        return null;
    }

    private static void LayOver(Dictionary<string, string?> merged, SettingsFile layer)
    {
        foreach (var list in layer.Lists)
            RemoveBelow(merged, list);
        foreach (var (path, value) in layer.Values)
        {
            if (value is not null)
                RemoveBelow(merged, path);
        }
        foreach (var (path, value) in layer.Values)
        {
            // A single or empty value in a lower layer is replaced by this section.
            for (var end = path.LastIndexOf(':'); end > 0; end = path.LastIndexOf(':', end - 1))
                merged.Remove(path[..end]);
            if (value is not null || !KeysBelow(merged, path).Any())
                merged[path] = value;
        }
    }

    private static void RemoveBelow(Dictionary<string, string?> merged, string path)
    {
        foreach (var below in KeysBelow(merged, path).ToArray())
            merged.Remove(below);
    }

    private static IEnumerable<string> KeysBelow(Dictionary<string, string?> merged, string path)
    {
        var prefix = path + ":";
        return merged.Keys.Where(key => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
    }

    private bool TryRead(string file, (SettingsFile By, int Item)? includedAt)
    {
        if (_open.Contains(file))
        {
            Refuse(includedAt!.Value, $"includes itself: {string.Join(" > ", _open.Append(file).Select(Path.GetFileName))}. Remove one of these lines.");
            return false;
        }
        if (_seen.Count == MaxFiles)
        {
            Refuse(includedAt!.Value, $"is one file too many: at most {MaxFiles} are read. Include fewer.");
            return false;
        }
        if (ReadContent(file, includedAt) is not { } content)
            return false;
        if (SettingsReader.TryRead(file, content, _problems) is not { } settings)
            return false;

        _open.Add(file);
        foreach (var (item, included) in IncludesOf(settings))
            TryRead(Path.GetFullPath(included, Path.GetDirectoryName(file)!), (settings, item));
        _open.RemoveAt(_open.Count - 1);
        _layers.Add(settings);
        return true;
    }

    private IEnumerable<(int Item, string File)> IncludesOf(SettingsFile settings)
    {
        if (settings.LineOf(Include) is null)
            yield break;
        if (!settings.Lists.Contains(Include))
        {
            _problems.Add(Include, $"is not a list in {Place(settings.Path, settings.LineOf(Include)!.Value)}: write [\"presets/didit.json\"].");
            yield break;
        }
        for (var item = 0; settings.LineOf($"{Include}:{item}") is not null; item++)
        {
            if (settings.Values.TryGetValue($"{Include}:{item}", out var file) && !string.IsNullOrWhiteSpace(file))
                yield return (item, file);
            else
                Refuse((settings, item), "is not a file's name, such as \"presets/didit.json\".");
        }
    }

    private byte[]? ReadContent(string file, (SettingsFile, int)? includedAt)
    {
        try
        {
            var content = FileContent.Read(file);
            Remember(file, SettingsFile.DigestOf(content));
            if (content.Length <= MaxFileInBytes)
                return content;
            Add($"is larger than {SizeText.Format(MaxFileInBytes)}, so it is not read as a configuration: name the right file.");
        }
        catch (Exception unreadable) when (unreadable is FileNotFoundException or DirectoryNotFoundException)
        {
            Remember(file, digest: null);
            Add(includedAt is null
                ? "does not exist: name the configuration with --config <file>."
                : "does not exist: write a path relative to the folder of the file that includes it.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Remember(file, digest: null);
            Add($"cannot be read: {unreadable.Message}");
        }
        return null;

        void Add(string message)
        {
            if (includedAt is { } at)
                Refuse(at, $"{file} {message}");
            else
                _problems.Add(file, message);
        }
    }

    private void Remember(string file, string? digest)
    {
        if (!_seen.Exists(f => f.Path == file))
            _seen.Add(new(file, digest));
    }

    private void Refuse((SettingsFile By, int Item) include, string message)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{Include}:{include.Item}");
        _problems.Add(path, message, Place(include.By.Path, include.By.LineOf(path) ?? 1));
    }

    private string Place(string file, int line)
    {
        var main = _seen[0].Path;
        var where = string.Create(CultureInfo.InvariantCulture, $"line {line}");
        return file == main ? where : $"{Path.GetRelativePath(Path.GetDirectoryName(main)!, file)}, {where}";
    }
}
