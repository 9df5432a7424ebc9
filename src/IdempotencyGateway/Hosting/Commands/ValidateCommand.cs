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
        command.SetAction(parsed => Validate(configuration.Load(parsed), parsed.InvocationConfiguration));
        return command;
    }

    private static int Validate(SnapshotResult loaded, InvocationConfiguration console)
    {
        switch (loaded)
        {
            case SnapshotResult.Valid(var snapshot):
                SnapshotReport.Write(snapshot, console.Output);
                return ExitCode.Success;
            case SnapshotResult.Invalid invalid:
                ProblemReport.Write(invalid, console.Error);
                return ExitCode.Configuration;
            default:
                throw new InvalidOperationException($"no verdict on {loaded.GetType()}");
        }
    }
}
