using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary>The list of what is wrong, for people.</summary>
internal static class ProblemReport
{
    /// <returns>The exit code that says so.</returns>
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
