using System.CommandLine;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary>The commands of the one executable.</summary>
internal static class GatewayCommandLine
{
    /// <param name="environment">The process's variables.</param>
    /// <param name="runAsync">Serves until it is told to stop, and says the exit code.</param>
    public static RootCommand Create(IReadOnlyDictionary<string, string?> environment, Func<SnapshotSource, CancellationToken, Task<int>> runAsync)
    {
        var run = RunCommand.Create(environment, runAsync);
        var root = new RootCommand("A reverse proxy that makes identity providers' APIs safe to retry.")
        {
            run,
            ValidateCommand.Create(environment),
            HealthCommand.Create(environment),
            KeysCommand.Create(environment),
            DemoCommand.Create(),
        };

        // Without a command's name the gateway runs.
        foreach (var option in run.Options)
            root.Add(option);
        foreach (var argument in run.Arguments)
            root.Add(argument);
        root.Action = run.Action;
        return root;
    }
}
