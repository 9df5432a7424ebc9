using IdempotencyGateway.Configuration.Files;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration;

/// <summary>The configuration's layers: the files, overridden by the environment, overridden by the command line. Knows which layer each value comes from.</summary>
internal sealed class ConfigurationLayers
{
    private const string EnvironmentPrefix = "IDEMPOTENCY_GATEWAY__";
    private const int RevisionInBytes = 6;
    private readonly FileStack _files;
    private readonly Dictionary<string, string?> _environment;
    private readonly Dictionary<string, string?> _args;

    private ConfigurationLayers(FileStack files, Dictionary<string, string?> environment, Dictionary<string, string?> args)
    {
        (_files, _environment, _args) = (files, environment, args);
        Configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(files.Merge())
            .AddInMemoryCollection(environment)
            .AddInMemoryCollection(args)
            .Build();
    }

    public IConfigurationRoot Configuration { get; }

    /// <summary>A digest of all settings: equal on all processes with the same settings, whatever the files' layout and comments.</summary>
    public string Revision => Convert.ToHexStringLower(SettingsDigest.Of(Configuration).AsSpan(0, RevisionInBytes));

    /// <summary>Passwords and keys that are written in a configuration file, where backups, reviews and repositories show them; each with the setting that takes a file instead.</summary>
    public IEnumerable<(string Path, string Instead)> SecretsInFiles
    {
        get
        {
            foreach (var (path, value) in _files.Merge())
            {
                if (string.IsNullOrEmpty(value))
                    continue;
                var name = path[(path.LastIndexOf(':') + 1)..];
                if (name.EndsWith("Password", StringComparison.OrdinalIgnoreCase) && !path.StartsWith("ReverseProxy:", StringComparison.OrdinalIgnoreCase))
                    yield return (path, name + "File");
                else if (path.StartsWith("Fraud:Keys:", StringComparison.OrdinalIgnoreCase) && name.Equals("Value", StringComparison.OrdinalIgnoreCase))
                    yield return (path, "File");
            }
        }
    }

    /// <param name="file">A full path.</param>
    /// <param name="files">All files that were read or found missing.</param>
    /// <returns>Null, with problems, when the file cannot be read. An argument that is not a setting is a problem, too, but reading continues.</returns>
    public static ConfigurationLayers? TryStack(
        string file,
        IReadOnlyDictionary<string, string?> environment,
        IReadOnlyList<string> args,
        ProblemList problems,
        out IReadOnlyList<ConfigurationFile> files)
    {
        var fromArgs = ReadArguments(args, problems);
        var fromEnvironment = ReadEnvironment(environment);
        if (KeyAt(fromArgs, "Include") is not null || KeyAt(fromEnvironment, "Include") is not null)
            problems.Add("Include", "can only be set in a file: write it there.");
        var stack = FileStack.Read(file, problems);
        files = stack.Seen;
        return stack.IsReadable ? new ConfigurationLayers(stack, fromEnvironment, fromArgs) : null;
    }

    /// <returns>Where the value comes from; if it is not set, the place of the nearest section around it; null when there is none.</returns>
    public string? OriginOf(string path)
    {
        if (KeyAt(_args, path) is { } argument)
            return $"command line: --{argument}";
        if (KeyAt(_environment, path) is { } variable)
            return $"environment: {EnvironmentPrefix}{variable.Replace(":", "__", StringComparison.Ordinal)}";
        return _files.PlaceOf(path);
    }

    private static string? KeyAt(Dictionary<string, string?> layer, string path) => layer.Keys.FirstOrDefault(key =>
        key.Equals(path, StringComparison.OrdinalIgnoreCase) || key.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase));

    private static Dictionary<string, string?> ReadEnvironment(IReadOnlyDictionary<string, string?> environment)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in environment)
        {
            if (name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
                settings[name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal)] = value;
        }
        return settings;
    }

    private static Dictionary<string, string?> ReadArguments(IReadOnlyList<string> args, ProblemList problems)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var argument in args)
        {
            var parts = argument.Split('=', 2);
            if (parts is [['-', '-', _, ..] name, var value])
                settings[name[2..]] = value;
            else
                problems.Add(argument, "is neither a command nor a setting: settings are written --Store:Sqlite:Path=data/gateway.db.");
        }
        return settings;
    }
}
