using System.CommandLine;

namespace IdempotencyGateway.Load.Commands;

/// <summary>The command line of the load runner.</summary>
internal static class LoadCommandLine
{
    /// <returns>0 if everything was measured and all thresholds were met, else 1.</returns>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors) =>
        new RootCommand("Load-tests the gateway and compares it with baselines.")
        {
            ListCommand.Create(), RunCommand.Create(), CompareCommand.Create(), ReportCommand.Create(), ServeCommand.Create(),
        }.Parse(arguments).InvokeAsync(new() { Output = output, Error = errors });
}
