using System.Diagnostics;

namespace IdempotencyGateway.Core.Tests.Fraud;

/// <summary>
/// Measures what a call allocates in fully optimised code. Tier-0 code allocates more, and the runtime decides when it recompiles, so rounds of calls are repeated until one
/// is cheap enough or a generous time limit has passed.
/// </summary>
internal static class Allocation
{
    private const int Calls = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="enough">Bytes per call at or below which no cheaper round is sought.</param>
    /// <returns>Bytes per call in the cheapest round.</returns>
    public static long Of(Action call, int enough = 0)
    {
        var least = long.MaxValue;
        for (var began = Stopwatch.GetTimestamp(); least > (long)enough * Calls && Stopwatch.GetElapsedTime(began) < Limit;)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var time = 0; time < Calls; time++)
                call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return (least + Calls - 1) / Calls;
    }
}
