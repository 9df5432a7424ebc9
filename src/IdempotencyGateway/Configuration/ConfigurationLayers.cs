using System.Globalization;
using System.Text.Json;
using IdempotencyGateway.Configuration.Reading;
using Microsoft.Extensions.Configuration;

namespace IdempotencyGateway.Configuration;

/// <summary>The file, over it the environment, over that the command line; and which of them a value came from.</summary>
internal sealed class ConfigurationLayers
{
    private const string EnvironmentPrefix = "IDEMPOTENCY_GATEWAY__";
    private readonly Dictionary<string, string?> _environment;
    private readonly Dictionary<string, string?> _args;

    private ConfigurationLayers(Stream file, Dictionary<string, string?> environment, Dictionary<string, string?> args)
    {
        (_environment, _args) = (environment, args);
        Configuration = new ConfigurationBuilder()
            .AddJsonStream(file)
            .AddInMemoryCollection(environment)
            .AddInMemoryCollection(args)
            .Build();
    }

    public IConfigurationRoot Configuration { get; }

    /// <returns>
    /// Null, with problems, when the file cannot be read. An argument that is no setting is a problem too, but no reason to stop reading.
    /// </returns>
    public static ConfigurationLayers? TryStack(
        string file, IReadOnlyDictionary<string, string?> environment, IReadOnlyList<string> args, ProblemList problems)
    {
        var fromArgs = ReadArguments(args, problems);
        var fromEnvironment = ReadEnvironment(environment);
        try
        {
            using var stream = File.OpenRead(file);
            return new ConfigurationLayers(stream, fromEnvironment, fromArgs);
        }
        catch (JsonException wrong)
        {
            // Lines and columns are counted from zero there and from one in every editor.
            problems.Add(
                string.Create(CultureInfo.InvariantCulture, $"{file}:{wrong.LineNumber + 1}:{wrong.BytePositionInLine + 1}"),
                $"is not JSON: {wrong.Message.Split(" LineNumber:")[0]}");
        }
        catch (FormatException wrong)
        {
            problems.Add(file, wrong.Message);
        }
        catch (Exception unreadable) when (unreadable is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add(file, "does not exist: name the configuration with --config <file>.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add(file, $"cannot be read: {unreadable.Message}");
        }
        return null;
    }

    /// <returns>Null for the file.</returns>
    public string? OriginOf(string path)
    {
        if (KeyAt(_args, path) is { } argument)
            return $"command line: --{argument}";
        if (KeyAt(_environment, path) is { } variable)
            return $"environment: {EnvironmentPrefix}{variable.Replace(":", "__", StringComparison.Ordinal)}";
        return null;
    }

    private static string? KeyAt(Dictionary<string, string?> layer, string path) => layer.Keys.FirstOrDefault(key =>
        key.Equals(path, StringComparison.OrdinalIgnoreCase) || key.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase));

    private static Dictionary<string, string?> ReadEnvironment(IReadOnlyDictionary<string, string?> environment)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in environment.Where(v => v.Key.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)))
            settings[name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal)] = value;
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
