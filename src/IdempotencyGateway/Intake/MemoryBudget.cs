using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Limits;

namespace IdempotencyGateway.Intake;

/// <summary>A memory budget, in total and for each caller. Bytes are taken before memory is allocated, and returned when it is freed.</summary>
/// <param name="perCallerInBytes">Keeps one caller from using up the total.</param>
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
        // Compare-and-swap, so that the sum never exceeds the limit: an increment that is undone would meanwhile refuse somebody else, for whom there is room.
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

    /// <param name="caller">Null while the caller is not known.</param>
    /// <returns>Null on success, else the limit that was reached.</returns>
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

    /// <param name="caller">The same as for <see cref="Take"/>.</param>
    public void Return(int bytes, CallerScope? caller)
    {
        if (caller is { } known)
            _callers.Subtract(known, bytes);
        Return(bytes);
    }
}
