using System.Buffers.Binary;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sightings;

/// <summary>The track of one sender or subject, in memory. Not thread-safe.</summary>
internal abstract class TrackState
{
    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Unix milliseconds.</summary>
    public long LastSeen { get; protected set; }

    /// <summary>When it may be forgotten, as Unix milliseconds.</summary>
    public long ExpiresAt { get; protected set; }

    /// <summary>Changed since it was last persisted.</summary>
    public bool IsDirty { get; set; }

    /// <summary>An empty track of the kind that the sighting needs.</summary>
    public static TrackState For(Sighting sighting) => sighting.DistinctValue == 0 ? new CountState() : new DistinctState();

    /// <summary>Counts the sighting, if it is to be counted, and describes the track.</summary>
    /// <param name="now">Unix milliseconds. A clock that steps back is treated as standing still.</param>
    public abstract Track See(Sighting sighting, long now);

    public abstract byte[] Encode();

    /// <returns>Null for another version's encoding: that track is dropped, which a count may be.</returns>
    public static TrackState? Decode(ReadOnlySpan<byte> bytes) => (TrackState?)CountState.Decode(bytes) ?? DistinctState.Decode(bytes);

    /// <summary>Whether the times of a decoded track are ordered, and small enough that adding to them cannot overflow.</summary>
    protected bool AreTimes(long firstSeen) => firstSeen > 0 && firstSeen <= LastSeen && LastSeen <= ExpiresAt && ExpiresAt <= LatestTime;

    protected void Prolong(Sighting sighting, long now)
    {
        LastSeen = now;
        ExpiresAt = Math.Max(ExpiresAt, now + (long)sighting.Keep.TotalMilliseconds);
        IsDirty = true;
    }

    protected static void Write(ref Span<byte> rest, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(rest, number);
        rest = rest[sizeof(long)..];
    }

    protected static long Read(ref ReadOnlySpan<byte> rest)
    {
        var number = BinaryPrimitives.ReadInt64LittleEndian(rest);
        rest = rest[sizeof(long)..];
        return number;
    }
}
