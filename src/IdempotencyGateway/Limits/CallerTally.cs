using System.Runtime.InteropServices;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Limits;

/// <summary>
/// How much of one thing each caller has just now. Exact, because a caller that shared a counter with another would pay for it; bounded by what is under way,
/// because a caller that has nothing is not remembered. Counting allocates nothing once the table has grown.
/// </summary>
/// <param name="limit">Of each caller.</param>
public sealed class CallerTally(long limit)
{
    /// <summary>Callers are keyed hashes, so they spread evenly and nobody can choose whom to contend with.</summary>
    private const int Stripes = 32;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Stripe())];

    /// <returns>False when it would be more than the limit; then nothing is counted.</returns>
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

    /// <summary>Callers that have something now.</summary>
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
