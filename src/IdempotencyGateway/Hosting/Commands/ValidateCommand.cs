using System.CommandLine;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary><c>validate</c>: prints every mistake in the configuration and every file that keeps the gateway from starting; if there are none, prints a summary of the configuration.</summary>
internal static class ValidateCommand
{
    public static Command Create(IReadOnlyDictionary<string, string?> environment)
    {
        var configuration = new ConfigurationArguments(environment);
        var command = new Command("validate", "Prints every mistake in the configuration (exit code 78), or the routes and policies in force.");
        configuration.AddTo(command);
        command.SetAction(parsed => configuration.Load(parsed) switch
        {
            SnapshotResult.Valid(var snapshot) => Judge(snapshot, environment, parsed.InvocationConfiguration),
            SnapshotResult.Invalid invalid => ProblemReport.Refuse(invalid, parsed.InvocationConfiguration.Error),
            var other => throw new InvalidOperationException($"no verdict on {other.GetType()}"),
        });
        return command;
    }

    private static int Judge(GatewaySnapshot snapshot, IReadOnlyDictionary<string, string?> environment, InvocationConfiguration invocation)
    {
        var missing = Prerequisites.Missing(snapshot, environment.GetValueOrDefault, TimeProvider.System);
        foreach (var refusal in missing)
            invocation.Error.WriteLine(refusal);
        return missing.Count > 0 ? ExitCode.Configuration : SnapshotReport.Show(snapshot, invocation.Output);
    }
}
