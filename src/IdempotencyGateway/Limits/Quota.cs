using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Limits;

/// <summary>A limit on concurrent work: a number of permits in total, and a number for each caller. A permit is taken before the work begins and given back when it ends.</summary>
public sealed class Quota(LimitedThing thing, long total, long perCaller)
{
    private readonly CallerTally _callers = new(perCaller);
    private readonly LimitReached _ofAll = new(thing, OfCaller: false, total, LimitReached.Soon);
    private readonly LimitReached _ofCaller = new(thing, OfCaller: true, perCaller, LimitReached.Soon);
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>The number of callers that hold a permit.</summary>
    public int Callers => _callers.Count;

    /// <summary>Takes a permit of the total, before the caller is known.</summary>
    /// <returns>Null on success, else the limit that was reached.</returns>
    public LimitReached? TryEnter()
    {
        var taken = Taken;
        while (taken < total)
        {
            var before = Interlocked.CompareExchange(ref _taken, taken + 1, taken);
            if (before == taken)
                return null;
            taken = before;
        }
        return _ofAll;
    }

    public void Leave() => Interlocked.Decrement(ref _taken);

    /// <summary>Takes a permit of the caller, for work that already has one of the total.</summary>
    /// <returns>Null on success, else the limit that was reached.</returns>
    public LimitReached? TryEnterAs(CallerScope caller) => _callers.TryAdd(caller) ? null : _ofCaller;

    public void LeaveAs(CallerScope caller) => _callers.Subtract(caller);

    /// <summary>Takes a permit of the total and of the caller.</summary>
    /// <param name="reached">The limit that was reached; null on success. Then the permit has to be disposed.</param>
    public Permit Take(CallerScope caller, out LimitReached? reached)
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

    /// <summary>A permit of the total and of a caller, to be disposed exactly once. The default value holds none.</summary>
    public readonly struct Permit : IDisposable
    {
        private readonly Quota? _quota;
        private readonly CallerScope _caller;

        internal Permit(Quota quota, CallerScope caller) => (_quota, _caller) = (quota, caller);

        public void Dispose()
        {
            _quota?.LeaveAs(_caller);
            _quota?.Leave();
        }
    }
}
