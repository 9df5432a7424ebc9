using System.CommandLine;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary><c>validate</c>: every mistake in the configuration, or what it comes to.</summary>
internal static class ValidateCommand
{
    public static Command Create(IReadOnlyDictionary<string, string?> environment)
    {
        var configuration = new ConfigurationArguments(environment);
        var command = new Command("validate", "Prints every mistake in the configuration (exit code 78), or the routes and policies in force.");
        configuration.AddTo(command);
        command.SetAction(parsed => configuration.Load(parsed) switch
        {
            SnapshotResult.Valid(var snapshot) => SnapshotReport.Show(snapshot, parsed.InvocationConfiguration.Output),
            SnapshotResult.Invalid invalid => ProblemReport.Refuse(invalid, parsed.InvocationConfiguration.Error),
            var other => throw new InvalidOperationException($"no verdict on {other.GetType()}"),
        });
        return command;
    }
}
