using System.CommandLine;

namespace IdempotencyGateway.Load.Commands;

/// <summary>Reports arguments that cannot be used.</summary>
internal static class Refusal
{
    public static async Task<int> WriteAsync(ParseResult parsed, string problem)
    {
        await parsed.InvocationConfiguration.Error.WriteLineAsync(problem);
        return 1;
    }
}
