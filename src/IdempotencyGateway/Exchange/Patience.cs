using IdempotencyGateway.Configuration;
using IdempotencyGateway.Limits;

namespace IdempotencyGateway.Exchange;

/// <summary>How much longer a duplicate waits for the first of its kind: one allowance for all its waits together, and a seat for each.</summary>
internal sealed class Patience(GuardedRequest request, Quota waiters, TimeProvider clock) : IDisposable
{
    private readonly InFlightPolicy _policy = request.Route.Policy.InFlight;
    private readonly long _since = clock.GetTimestamp();
    private Quota.Seat _seat;
    private bool _sits;

    /// <summary>Zero when it is used up, or when the route does not wait.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_policy.Mode == InFlightMode.Reject)
                return TimeSpan.Zero;
            var left = _policy.Timeout - clock.GetElapsedTime(_since);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Why it may not wait at all; set when there was no seat.</summary>
    public LimitReached? Refusal { get; private set; }

    /// <summary>Before it waits. Who would not wait anyway needs no seat, and who has one keeps it.</summary>
    /// <returns>False when there was none; <see cref="Refusal"/> says why.</returns>
    public bool TrySit()
    {
        if (_sits || Remaining == TimeSpan.Zero)
            return true;
        _seat = waiters.Take(request.Caller, out var reached);
        Refusal = reached;
        return _sits = reached is null;
    }

    /// <summary>The wait is over, until the next one.</summary>
    public void Dispose()
    {
        if (!_sits)
            return;
        _sits = false;
        _seat.Dispose();
    }
}
