using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Exchange;

/// <summary>How much longer a duplicate waits for the first of its kind: one allowance for all its waits together.</summary>
internal sealed class Patience(InFlightPolicy policy, TimeProvider clock)
{
    private readonly long _since = clock.GetTimestamp();

    /// <summary>Zero when it is used up, or when the route does not wait.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (policy.Mode == InFlightMode.Reject)
                return TimeSpan.Zero;
            var left = policy.Timeout - clock.GetElapsedTime(_since);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}
