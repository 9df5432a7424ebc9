using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary>Prints the mistakes of an invalid configuration for people.</summary>
internal static class ProblemReport
{
    /// <returns>The exit code of an invalid configuration.</returns>
    public static int Refuse(SnapshotResult.Invalid invalid, TextWriter output)
    {
        var count = invalid.Problems.Count == 1 ? "1 mistake" : $"{invalid.Problems.Count} mistakes";
        output.WriteLine($"{invalid.File}: {count}");
        foreach (var problem in invalid.Problems)
        {
            output.WriteLine();
            output.WriteLine(problem.Origin is null ? $"  {problem.Path}" : $"  {problem.Path}  ({problem.Origin})");
            output.WriteLine($"      {problem.Message}");
        }
        return ExitCode.Configuration;
    }
}
