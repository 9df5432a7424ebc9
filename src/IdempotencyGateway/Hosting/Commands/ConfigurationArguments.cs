using System.CommandLine;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary>How a command is told its configuration: <c>--config</c>, and any setting as <c>--Section:Name=value</c>.</summary>
internal sealed class ConfigurationArguments(IReadOnlyDictionary<string, string?> environment)
{
    private readonly Option<string> _file = new("--config", "-c")
    {
        Description = "The configuration file. Settings follow as --Section:Name=value.",
        HelpName = "file",
        DefaultValueFactory = _ => Path.Combine("config", "gateway.json"),
    };

    public void AddTo(Command command)
    {
        command.Add(_file);

        // Settings are no options of the parser; what is no setting either becomes a problem in the loader's list.
        command.TreatUnmatchedTokensAsErrors = false;
    }

    public ConfigurationInput Input(ParseResult parsed) => new(parsed.GetRequiredValue(_file), environment, parsed.UnmatchedTokens);

    public SnapshotResult Load(ParseResult parsed) => Input(parsed).Load();
}
