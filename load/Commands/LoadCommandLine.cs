using System.CommandLine;

namespace IdempotencyGateway.Load.Commands;

/// <summary>The commands, and where what they say goes.</summary>
internal static class LoadCommandLine
{
    /// <returns>0: everything was kept. 1: something was not, or could not be measured.</returns>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors) =>
        new RootCommand("Loads the gateway, and measures it beside what it is built on.")
        {
            ListCommand.Create(), RunCommand.Create(), CompareCommand.Create(), ReportCommand.Create(), ServeCommand.Create(),
        }.Parse(arguments).InvokeAsync(new() { Output = output, Error = errors });
}
