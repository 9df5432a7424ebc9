using System.Numerics;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>
/// A number that many threads add to: few share a cell, and whoever reads takes the sum. A cell is as large as two cache lines, so that neighbours do not
/// disturb each other.
/// </summary>
internal sealed class Stripes
{
    private const int DoublesPerCell = 16;
    private const int MostCells = 16;

    private readonly double[] _cells = new double[Count * DoublesPerCell];

    private static int _threads;

    [ThreadStatic]
    private static int _mine;

    /// <summary>A power of two: twice as many as there are cores, because a few more threads than cores measure.</summary>
    public static int Count { get; } = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(2 * Environment.ProcessorCount, MostCells));

    /// <summary>The cell of this thread; threads take them in turns.</summary>
    public static int Mine => (_mine != 0 ? _mine : Number()) & (Count - 1);

    public void Add(double value)
    {
        ref var cell = ref _cells[Mine * DoublesPerCell];
        var seen = cell;
        while (true)
        {
            var was = Interlocked.CompareExchange(ref cell, seen + value, seen);
            if (was.Equals(seen))
                return;
            seen = was;
        }
    }

    public double Sum()
    {
        var sum = 0.0;
        for (var i = 0; i < _cells.Length; i += DoublesPerCell)
            sum += Volatile.Read(ref _cells[i]);
        return sum;
    }

    private static int Number()
    {
        do
            _mine = Interlocked.Increment(ref _threads);
        while (_mine == 0);
        return _mine;
    }
}
