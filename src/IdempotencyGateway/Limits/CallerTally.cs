using System.Runtime.InteropServices;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Limits;

/// <summary>
/// Counts how much of one resource each caller uses at present. Counts are exact: callers that shared a counter would be refused because of each other. Memory is
/// bounded by the work under way, because a count of 0 is removed. Counting allocates nothing once the table has grown.
/// </summary>
/// <param name="limit">The most that each caller may use.</param>
public sealed class CallerTally(long limit)
{
    /// <summary>Each stripe has a lock of its own. Callers are keyed hashes, so they spread evenly and no caller can aim at a stripe.</summary>
    private const int Stripes = 32;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Stripe())];

    /// <returns>False when the limit would be exceeded; then nothing is counted.</returns>
    public bool TryAdd(CallerScope caller, long amount = 1)
    {
        var stripe = StripeOf(caller);
        lock (stripe.Gate)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(stripe.Sums, caller, out var known);
            if (amount <= limit - sum)
            {
                sum += amount;
                return true;
            }
            if (!known)
                stripe.Sums.Remove(caller);
            return false;
        }
    }

    public void Subtract(CallerScope caller, long amount = 1)
    {
        var stripe = StripeOf(caller);
        lock (stripe.Gate)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrNullRef(stripe.Sums, caller);
            sum -= amount;
            if (sum == 0)
                stripe.Sums.Remove(caller);
        }
    }

    /// <summary>The number of callers whose count is not 0.</summary>
    public int Count => _stripes.Sum(stripe => stripe.Count);

    private Stripe StripeOf(CallerScope caller) => _stripes[(uint)caller.GetHashCode() % Stripes];

    private sealed class Stripe
    {
        public readonly Lock Gate = new();
        public readonly Dictionary<CallerScope, long> Sums = [];

        public int Count
        {
            get
            {
                lock (Gate)
                    return Sums.Count;
            }
        }
    }
}
