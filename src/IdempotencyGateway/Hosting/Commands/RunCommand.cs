using System.CommandLine;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Protection;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary><c>run</c>: starts the gateway, if its configuration is valid as a whole.</summary>
internal static class RunCommand
{
    public static Command Create(IReadOnlyDictionary<string, string?> environment, Func<SnapshotSource, CancellationToken, Task<int>> runAsync)
    {
        var configuration = new ConfigurationArguments(environment);
        var command = new Command("run", "Starts the gateway (the default).");
        configuration.AddTo(command);
<<<<<<< HEAD
        command.SetAction(parsed => RunAsync(configuration.Load(parsed), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static async Task<int> RunAsync(SnapshotResult loaded, TextWriter output, TextWriter error)
    {
        switch (loaded)
        {
            case SnapshotResult.Valid(var snapshot):
                return await ServeAsync(new SnapshotSource(snapshot), output, error);
            case SnapshotResult.Invalid invalid:
                ProblemReport.Write(invalid, error);
                return ExitCode.Configuration;
            default:
                throw new InvalidOperationException($"no way to run from {loaded.GetType()}");
        }
    }

    private static async Task<int> ServeAsync(SnapshotSource snapshots, TextWriter output, TextWriter error)
    {
        using var signals = TerminationSignals.Watch();
        try
        {
            await using var gateway = await RunningGateway.StartAsync(snapshots);
            await output.WriteLineAsync($"listening on {gateway.Address}");
            await signals.AskedToEndAsync();
            return ExitCode.Success;
        }
        catch (Exception e) when (e is StoreSecretException or StoreUnavailableException)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.Configuration;
        }
        catch (IOException e)
        {
            await error.WriteLineAsync($"Listen: {e.Message}");
            return ExitCode.Failure;
        }
    }
=======
        command.SetAction((parsed, cancellation) => configuration.Load(parsed) switch
        {
            SnapshotResult.Valid(var snapshot) => runAsync(new SnapshotSource(snapshot), cancellation),
            SnapshotResult.Invalid invalid => Task.FromResult(ProblemReport.Refuse(invalid, parsed.InvocationConfiguration.Error)),
            var other => throw new InvalidOperationException($"no way to run from {other.GetType()}"),
        });
        return command;
    }
>>>>>>> config
}
