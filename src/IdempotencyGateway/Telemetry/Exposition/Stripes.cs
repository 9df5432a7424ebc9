using System.Numerics;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>
/// A striped adder: a sum that many threads add to with little contention, because each adds to the cell of its stripe and a reader sums all cells. A cell takes two cache lines, to avoid
/// false sharing.
/// </summary>
internal sealed class Stripes
{
    private const int DoublesPerCell = 16;
    private const int MostCells = 16;

    private readonly double[] _cells = new double[Count * DoublesPerCell];

    private static int _threads;

    [ThreadStatic]
    private static int _mine;

    /// <summary>A power of two, at least twice the number of cores (up to the maximum), because more threads than cores may measure.</summary>
    public static int Count { get; } = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(2 * Environment.ProcessorCount, MostCells));

    /// <summary>The index of this thread's cell; cells are assigned round-robin.</summary>
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
