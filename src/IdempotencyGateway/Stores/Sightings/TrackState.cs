using System.Buffers.Binary;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sightings;

/// <summary>The track of one sender or subject, in memory. Not for two threads at once.</summary>
internal abstract class TrackState
{
    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Unix milliseconds.</summary>
    public long LastSeen { get; protected set; }

    /// <summary>When it may be forgotten, as Unix milliseconds.</summary>
    public long ExpiresAt { get; protected set; }

    /// <summary>It has changed since it was last written down.</summary>
    public bool IsDirty { get; set; }

    /// <summary>An empty track of the sort that the sighting is for.</summary>
    public static TrackState For(Sighting sighting) => sighting.Company == 0 ? new CountState() : new CompanyState();

    /// <param name="now">Unix milliseconds; a clock that steps back counts as one that stands still.</param>
    public abstract Track See(Sighting sighting, long now);

    public abstract byte[] Encode();

    /// <returns>Null for what another version wrote: it is forgotten, which a count may be.</returns>
    public static TrackState? Decode(ReadOnlySpan<byte> bytes) => (TrackState?)CountState.Decode(bytes) ?? CompanyState.Decode(bytes);

    /// <summary>Those of a track that was read are in their order, and far from where adding to them overflows.</summary>
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
