using System.CommandLine;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary><c>run</c>: starts the gateway, if its configuration is valid as a whole.</summary>
internal static class RunCommand
{
    public static Command Create(IReadOnlyDictionary<string, string?> environment)
    {
        var configuration = new ConfigurationArguments(environment);
        var command = new Command("run", "Starts the gateway (the default).");
        configuration.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(configuration.Load(parsed), parsed.InvocationConfiguration.Error, cancellation));
        return command;
    }

    private static Task<int> RunAsync(SnapshotResult loaded, TextWriter error, CancellationToken cancellation)
    {
        switch (loaded)
        {
            case SnapshotResult.Valid(var snapshot):
                return GatewayApplication.RunAsync(new SnapshotSource(snapshot), cancellation);
            case SnapshotResult.Invalid invalid:
                ProblemReport.Write(invalid, error);
                return Task.FromResult(ExitCode.Configuration);
            default:
                throw new InvalidOperationException($"no way to run from {loaded.GetType()}");
        }
    }
}
