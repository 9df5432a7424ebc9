using System.Numerics;

namespace IdempotencyGateway.Telemetry.Exposition;

/// <summary>
/// A number that many cores add to: each adds to a cell of its own, and whoever reads takes the sum. A cell is as large as two cache lines, so that neighbours do not
/// disturb each other.
/// </summary>
internal sealed class Stripes
{
    private const int DoublesPerCell = 16;
    private const int MostCells = 16;

    private readonly double[] _cells = new double[Count * DoublesPerCell];

    /// <summary>A power of two.</summary>
    public static int Count { get; } = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, MostCells));

    /// <summary>The cell of the core that runs this. A thread may move on right after; then two cores share a cell for a moment, which only costs time.</summary>
    public static int Mine => Thread.GetCurrentProcessorId() & (Count - 1);

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
}
