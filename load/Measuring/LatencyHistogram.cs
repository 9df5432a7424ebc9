using System.Diagnostics;
using System.Numerics;

namespace IdempotencyGateway.Load.Measuring;

/// <summary>
/// A thread-safe latency histogram. The width of its buckets grows with the value, so values from a nanosecond to an hour are kept to within 0.8 % in a fixed
/// amount of memory. The lowest and highest values are exact.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int ExactBits = 7;

    /// <summary>Buckets per power of two. Each value below this number has a bucket of its own.</summary>
    private const int Buckets = 1 << ExactBits;

    /// <summary>An hour is below 2^42 ns. Higher values count in the last bucket.</summary>
    private const int HighestBit = 41;

    private readonly long[] _counts = new long[(HighestBit - ExactBits + 2) * Buckets];
    private long _count;
    private long _sum;
    private long _lowest = long.MaxValue;
    private long _highest;

    public long Count => Volatile.Read(ref _count);

    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : FromNanoseconds((double)_sum / Count);

    public TimeSpan Lowest => Count == 0 ? TimeSpan.Zero : FromNanoseconds(_lowest);

    public TimeSpan Highest => FromNanoseconds(_highest);

    /// <param name="ticks">In ticks of the stopwatch.</param>
    public void RecordTicks(long ticks) => RecordNanoseconds((long)(ticks * (1e9 / Stopwatch.Frequency)));

    public void Record(TimeSpan latency) => RecordNanoseconds(latency.Ticks * TimeSpan.NanosecondsPerTick);

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            Interlocked.Add(ref _counts[i], Volatile.Read(ref other._counts[i]));
        Interlocked.Add(ref _count, other.Count);
        Interlocked.Add(ref _sum, Volatile.Read(ref other._sum));
        Lower(ref _lowest, Volatile.Read(ref other._lowest));
        Raise(ref _highest, Volatile.Read(ref other._highest));
    }

    /// <summary>The latency that this share of all requests did not exceed; 0.5 gives the median. Zero when nothing was recorded.</summary>
    public TimeSpan Percentile(double share)
    {
        if (Count == 0)
            return TimeSpan.Zero;
        var rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Count);
        if (rank == Count)
            return Highest;
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
                return FromNanoseconds(Math.Clamp(MiddleOf(i), _lowest, _highest));
        }
        return Highest;
    }

    private void RecordNanoseconds(long value)
    {
        value = Math.Max(0, value);
        Interlocked.Increment(ref _counts[BucketOf(value)]);
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _sum, value);
        Lower(ref _lowest, value);
        Raise(ref _highest, value);
    }

    private static int BucketOf(long value)
    {
        if (value < Buckets)
            return (int)value;
        var highestBit = Math.Min(BitOperations.Log2((ulong)value), HighestBit);
        var group = highestBit - ExactBits;
        var within = Math.Min(value >> group, (2 * Buckets) - 1) - Buckets;
        return ((group + 1) * Buckets) + (int)within;
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket < Buckets)
            return bucket;
        var group = (bucket / Buckets) - 1;
        var width = 1L << group;
        return ((Buckets + (bucket % Buckets)) * (double)width) + ((width - 1) / 2.0);
    }

    private static void Raise(ref long place, long value)
    {
        for (var seen = Volatile.Read(ref place); value > seen;)
            seen = Interlocked.CompareExchange(ref place, value, seen) is var now && now == seen ? value : now;
    }

    private static void Lower(ref long place, long value)
    {
        for (var seen = Volatile.Read(ref place); value < seen;)
            seen = Interlocked.CompareExchange(ref place, value, seen) is var now && now == seen ? value : now;
    }

    private static TimeSpan FromNanoseconds(double value) => TimeSpan.FromTicks((long)Math.Round(value / TimeSpan.NanosecondsPerTick));
}
