using System.CommandLine;

namespace IdempotencyGateway.Load.Commands;

/// <summary>What was asked for cannot be done as it was written.</summary>
internal static class Refusal
{
    public static async Task<int> WriteAsync(ParseResult parsed, string problem)
    {
        await parsed.InvocationConfiguration.Error.WriteLineAsync(problem);
        return 1;
    }
}
