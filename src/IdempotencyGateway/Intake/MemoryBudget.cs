using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Limits;

namespace IdempotencyGateway.Intake;

/// <summary>How much memory request bodies may hold, together and of each caller. Taken before it is allocated, given back when it is returned.</summary>
/// <param name="perCallerInBytes">So that one caller's bodies leave room for others'.</param>
public sealed class MemoryBudget(long limitInBytes, long perCallerInBytes = long.MaxValue)
{
    private readonly CallerTally _callers = new(perCallerInBytes);
    private readonly LimitReached _ofAll = new(LimitedThing.BufferedBodies, OfCaller: false, limitInBytes, LimitReached.Soon);
    private readonly LimitReached _ofCaller = new(LimitedThing.BufferedBodies, OfCaller: true, perCallerInBytes, LimitReached.Soon);
    private long _used;

    public long LimitInBytes { get; } = limitInBytes;

    public long UsedInBytes => Interlocked.Read(ref _used);

    public bool TryTake(int bytes)
    {
        // Never above the limit, not even for the moment in which one that is too many is turned away: somebody else's room would look taken meanwhile.
        for (var used = Interlocked.Read(ref _used); used + bytes <= LimitInBytes;)
        {
            var seen = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (seen == used)
                return true;
            used = seen;
        }
        return false;
    }

    public void Return(int bytes) => Interlocked.Add(ref _used, -bytes);

    /// <param name="caller">Null while it is not known whose the body is.</param>
    /// <returns>Null when there was room.</returns>
    public LimitReached? Take(int bytes, CallerScope? caller)
    {
        if (caller is { } known && !_callers.TryAdd(known, bytes))
            return _ofCaller;
        if (TryTake(bytes))
            return null;
        if (caller is { } again)
            _callers.Subtract(again, bytes);
        return _ofAll;
    }

    /// <param name="caller">As it was taken.</param>
    public void Return(int bytes, CallerScope? caller)
    {
        if (caller is { } known)
            _callers.Subtract(known, bytes);
        Return(bytes);
    }
}
