using System.CommandLine;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary><c>run</c>: starts the gateway, if its configuration is valid as a whole.</summary>
internal static class RunCommand
{
    public static Command Create(IReadOnlyDictionary<string, string?> environment, Func<SnapshotSource, CancellationToken, Task<int>> runAsync)
    {
        var configuration = new ConfigurationArguments(environment);
        var command = new Command("run", "Starts the gateway (the default).");
        configuration.AddTo(command);
        command.SetAction((parsed, cancellation) => configuration.Load(parsed) switch
        {
            SnapshotResult.Valid valid => runAsync(new SnapshotSource(valid.Snapshot) { Watched = new(configuration.Input(parsed), valid.Files) }, cancellation),
            SnapshotResult.Invalid invalid => Task.FromResult(ProblemReport.Refuse(invalid, parsed.InvocationConfiguration.Error)),
            var other => throw new InvalidOperationException($"no way to run from {other.GetType()}"),
        });
        return command;
    }
}
