using IdempotencyGateway.Configuration;
using IdempotencyGateway.Limits;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// How long one duplicate may still wait for the request in flight. All its waits share one timeout, which starts when this is created; during each wait it occupies
/// one place of the waiters' quota.
/// </summary>
internal sealed class WaitBudget(GuardedRequest request, Quota waiters, TimeProvider clock) : IDisposable
{
    private readonly InFlightPolicy _policy = request.Route.Policy.InFlight;
    private readonly long _since = clock.GetTimestamp();
    private Quota.Permit _permit;
    private bool _isWaiting;

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

    /// <summary>The limit that left no place for another waiter; null when there was room.</summary>
    public LimitReached? Refusal { get; private set; }

    /// <summary>Called before each wait. Takes a place in the quota, unless no time remains or a place is held already.</summary>
    /// <returns>False when the quota is full; <see cref="Refusal"/> says which limit.</returns>
    public bool TryBeginWait()
    {
        if (_isWaiting || Remaining == TimeSpan.Zero)
            return true;
        _permit = waiters.Take(request.Caller, out var reached);
        Refusal = reached;
        return _isWaiting = reached is null;
    }

    /// <summary>Ends the wait and gives its place back. Another wait may follow.</summary>
    public void Dispose()
    {
        if (!_isWaiting)
            return;
        _isWaiting = false;
        _permit.Dispose();
    }
}
