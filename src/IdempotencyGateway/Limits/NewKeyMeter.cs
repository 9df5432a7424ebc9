using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Limits;

/// <summary>
/// How many new keys each caller has used in the present window, in memory of a fixed size however many callers there are: every caller counts in one cell of
/// each of two rows, and has used at most the lesser of the two. Whoever shares a cell with a busy caller is charged too much only when it shares both.
/// Windows follow each other; a caller may so use up to twice the limit in a time as long as one.
/// </summary>
public sealed class NewKeyMeter(long limit, TimeSpan window, TimeProvider clock)
{
    private const int CellsPerRow = 1 << 15;

    private readonly int[] _first = new int[CellsPerRow];
    private readonly int[] _second = new int[CellsPerRow];
    private readonly Lock _turning = new();
    private readonly long _began = clock.GetTimestamp();
    private long _window;

    /// <returns>Null while the caller may use another one.</returns>
    public LimitReached? Check(CallerScope caller)
    {
        var left = Turn();
        var (first, second) = CellsOf(caller);
        return Math.Min(Volatile.Read(ref _first[first]), Volatile.Read(ref _second[second])) < limit
            ? null
            : new(LimitedThing.NewKeys, OfCaller: true, limit, left);
    }

    /// <summary>The caller has used one.</summary>
    public void Add(CallerScope caller)
    {
        var (first, second) = CellsOf(caller);
        Interlocked.Increment(ref _first[first]);
        Interlocked.Increment(ref _second[second]);
    }

    /// <returns>What is left of the window.</returns>
    private TimeSpan Turn()
    {
        var elapsed = clock.GetElapsedTime(_began);
        var number = elapsed.Ticks / window.Ticks;
        if (number != Interlocked.Read(ref _window))
            Turn(number);
        return TimeSpan.FromTicks((number + 1) * window.Ticks) - elapsed;
    }

    private void Turn(long number)
    {
        lock (_turning)
        {
            if (number <= _window)
                return;
            Array.Clear(_first);
            Array.Clear(_second);
            Interlocked.Exchange(ref _window, number);
        }
    }

    /// <summary>A caller is a keyed hash, so two parts of one hash of it are as good as two hashes, and nobody can aim at a cell.</summary>
    private static (int First, int Second) CellsOf(CallerScope caller)
    {
        var hash = (uint)caller.GetHashCode();
        return ((int)(hash % CellsPerRow), (int)(hash >> 17));
    }
}
