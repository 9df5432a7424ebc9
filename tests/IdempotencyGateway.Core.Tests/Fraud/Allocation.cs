using System.Diagnostics;

namespace IdempotencyGateway.Core.Tests.Fraud;

/// <summary>
/// What a call allocates once the runtime has compiled it for good. Code that is compiled in haste, as at first, puts on the heap what it need not, and when it is compiled
/// again is the runtime's own choice: so calls are made until they take no more than enough, or for longer than any machine needs.
/// </summary>
internal static class Allocation
{
    private const int Calls = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="enough">Bytes a call at which the search for a cheaper round ends.</param>
    /// <returns>Bytes a call, in the round that took the fewest.</returns>
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
