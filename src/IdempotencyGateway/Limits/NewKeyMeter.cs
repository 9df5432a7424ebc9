using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Limits;

/// <summary>
/// Counts the new keys that each caller has used in the present window, in memory of fixed size for any number of callers (a count-min sketch of two rows).
/// Every caller is counted in one cell of each row, and has used at most the lesser of the two counts. A caller is charged too much only if it shares both cells
/// with other callers. Windows are fixed, not sliding, so a caller may use up to twice the limit within the length of one window.
/// </summary>
public sealed class NewKeyMeter(long limit, TimeSpan window, TimeProvider clock)
{
    private const int CellsPerRow = 1 << 15;

    private readonly int[] _first = new int[CellsPerRow];
    private readonly int[] _second = new int[CellsPerRow];
    private readonly Lock _advancing = new();
    private readonly long _began = clock.GetTimestamp();
    private long _window;

    /// <returns>Null if the caller may use another new key, else the limit that was reached.</returns>
    public LimitReached? Check(CallerScope caller)
    {
        var left = AdvanceWindow();
        var (first, second) = CellsOf(caller);
        return Math.Min(Volatile.Read(ref _first[first]), Volatile.Read(ref _second[second])) < limit
            ? null
            : new(LimitedThing.NewKeys, OfCaller: true, limit, left);
    }

    /// <summary>Counts one new key.</summary>
    public void Add(CallerScope caller)
    {
        var (first, second) = CellsOf(caller);
        Interlocked.Increment(ref _first[first]);
        Interlocked.Increment(ref _second[second]);
    }

    /// <summary>Begins a new window when the present one has ended.</summary>
    /// <returns>The time left of the window.</returns>
    private TimeSpan AdvanceWindow()
    {
        var elapsed = clock.GetElapsedTime(_began);
        var number = elapsed.Ticks / window.Ticks;
        if (number != Interlocked.Read(ref _window))
            ClearFor(number);
        return TimeSpan.FromTicks((number + 1) * window.Ticks) - elapsed;
    }

    private void ClearFor(long number)
    {
        lock (_advancing)
        {
            if (number <= _window)
                return;
            Array.Clear(_first);
            Array.Clear(_second);
            Interlocked.Exchange(ref _window, number);
        }
    }

    /// <summary>A caller is a keyed hash, so disjoint bits of it serve as two independent hashes, and no caller can aim at a cell.</summary>
    private static (int First, int Second) CellsOf(CallerScope caller)
    {
        var hash = (uint)caller.GetHashCode();
        return ((int)(hash % CellsPerRow), (int)(hash >> 17));
    }
}
