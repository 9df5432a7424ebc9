using System.CommandLine;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary>The executable's root command and its subcommands.</summary>
internal static class GatewayCommandLine
{
    /// <param name="environment">The process's variables.</param>
    /// <param name="runAsync">Runs the gateway until it is told to stop, and returns the exit code.</param>
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
