using System.CommandLine;
using System.CommandLine.Parsing;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary>How a command gets its configuration: <c>--config</c>, and any setting as <c>--Section:Name=value</c>.</summary>
internal sealed class ConfigurationArguments(IReadOnlyDictionary<string, string?> environment)
{
    private readonly Option<string> _file = new("--config", "-c")
    {
        Description = "The configuration file.",
        HelpName = "file",
        DefaultValueFactory = _ => Path.Combine("config", "gateway.json"),
    };

    /// <summary>Plain arguments to the parser, because any setting may be given. The loader reports those that are no settings.</summary>
    private readonly Argument<string[]> _settings = new("--Section:Name=value")
    {
        Description = "Settings that override the file's.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_settings);
    }

    public ConfigurationInput Input(ParseResult parsed) => new(parsed.GetRequiredValue(_file), environment, [.. Settings(parsed.CommandResult)]);

    /// <summary>Includes the settings that stand before the command's name.</summary>
    private static IEnumerable<string> Settings(SymbolResult? result) => result is not CommandResult command
        ? []
        : Settings(command.Parent).Concat(command.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value));

    public SnapshotResult Load(ParseResult parsed) => Input(parsed).Load();
}
