using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Limits;

/// <summary>So many of one thing at once: in total, and of each caller. A seat is taken before the thing begins and left when it ends.</summary>
public sealed class Quota(LimitedThing thing, long total, long perCaller)
{
    private readonly CallerTally _callers = new(perCaller);
    private readonly LimitReached _ofAll = new(thing, OfCaller: false, total, LimitReached.Soon);
    private readonly LimitReached _ofCaller = new(thing, OfCaller: true, perCaller, LimitReached.Soon);
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Callers that have a seat now.</summary>
    public int Callers => _callers.Count;

    /// <summary>One of the total, by somebody who is not known yet.</summary>
    /// <returns>Null when there was room.</returns>
    public LimitReached? TryEnter()
    {
        if (Interlocked.Increment(ref _taken) <= total)
            return null;
        Interlocked.Decrement(ref _taken);
        return _ofAll;
    }

    public void Leave() => Interlocked.Decrement(ref _taken);

    /// <summary>One of the caller's, who has one of the total already.</summary>
    /// <returns>Null when there was room.</returns>
    public LimitReached? TryEnterAs(CallerScope caller) => _callers.TryAdd(caller) ? null : _ofCaller;

    public void LeaveAs(CallerScope caller) => _callers.Subtract(caller);

    /// <summary>One of both.</summary>
    /// <param name="reached">The limit that was in the way; null when there was room. Then the seat has to be disposed.</param>
    public Seat Take(CallerScope caller, out LimitReached? reached)
    {
        reached = TryEnterAs(caller);
        if (reached is not null)
            return default;
        reached = TryEnter();
        if (reached is null)
            return new(this, caller);
        LeaveAs(caller);
        return default;
    }

    /// <summary>Disposed once. The default has nothing to give back.</summary>
    public readonly struct Seat : IDisposable
    {
        private readonly Quota? _quota;
        private readonly CallerScope _caller;

        internal Seat(Quota quota, CallerScope caller) => (_quota, _caller) = (quota, caller);

        public void Dispose()
        {
            _quota?.LeaveAs(_caller);
            _quota?.Leave();
        }
    }
}
