using System.CommandLine;
using IdempotencyGateway.Load.Comparisons;
using IdempotencyGateway.Load.Scenarios;

namespace IdempotencyGateway.Load.Commands;

/// <summary><c>list</c>: lists all scenarios and comparisons.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "Lists the scenarios and the comparisons.");
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine("scenarios (run NAME..., compare A B):");
            foreach (var scenario in ScenarioList.All)
                output.WriteLine($"  {scenario.Name,-19} {scenario.Says}");
            output.WriteLine("\ncomparisons (compare NAME...):");
            foreach (var comparison in ComparisonList.All)
                output.WriteLine($"  {comparison.Name,-19} {comparison.Says}{string.Concat(comparison.Targets.Select(target => $"; {target}"))}");
        });
        return command;
    }
}
