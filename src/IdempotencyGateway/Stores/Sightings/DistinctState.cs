using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sightings;

/// <summary>A track that counts distinct values, each with the time it was last seen. At the bound the least recently seen value is dropped.</summary>
internal sealed class DistinctState : TrackState
{
    private const byte Version = 2;
    private const int HeaderSize = 1 + 3 * sizeof(long);
    private const int OneSize = 2 * sizeof(long);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The least recently seen first.</summary>
    private readonly List<(ulong Value, long Seen)> _values = [];
    private long _firstSeen;

    public override Track See(Sighting sighting, long now)
    {
        now = Math.Max(now, LastSeen);
        var isNew = LastSeen == 0 && sighting.Counts;
        if (sighting.Counts)
            Add(sighting, now);
        return new(Within(TimeSpan.FromMinutes(1), now), Within(TimeSpan.FromHours(1), now), Within(Day, now), _firstSeen, isNew, 0, TimeSpan.Zero);
    }

    public override byte[] Encode()
    {
        var bytes = new byte[HeaderSize + _values.Count * OneSize];
        bytes[0] = Version;
        var rest = bytes.AsSpan(1);
        foreach (var number in (ReadOnlySpan<long>)[_firstSeen, LastSeen, ExpiresAt])
            Write(ref rest, number);
        foreach (var (value, seen) in _values)
        {
            Write(ref rest, (long)value);
            Write(ref rest, seen);
        }
        return bytes;
    }

    /// <returns>Null for what <see cref="Encode"/> did not write.</returns>
    public static new DistinctState? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || bytes[0] != Version || (bytes.Length - HeaderSize) % OneSize != 0 || bytes.Length > HeaderSize + Track.RememberedValues * OneSize)
            return null;
        var rest = bytes[1..];
        var state = new DistinctState { _firstSeen = Read(ref rest), LastSeen = Read(ref rest), ExpiresAt = Read(ref rest) };
        while (rest.Length > 0)
            state._values.Add(((ulong)Read(ref rest), Read(ref rest)));
        return state.AreTimes(state._firstSeen) && state._values.TrueForAll(one => one.Seen >= 0 && one.Seen <= state.LastSeen) ? state : null;
    }

    private void Add(Sighting sighting, long now)
    {
        if (_firstSeen == 0)
            _firstSeen = now;
        _values.RemoveAll(one => one.Value == sighting.DistinctValue || one.Seen <= now - Milliseconds(Day));
        if (_values.Count == Track.RememberedValues)
            _values.RemoveAt(0);
        _values.Add((sighting.DistinctValue, now));
        Prolong(sighting, now);
    }

    private int Within(TimeSpan window, long now)
    {
        var since = now - Milliseconds(window);
        var count = 0;
        while (count < _values.Count && _values[^(count + 1)].Seen > since)
            count++;
        return count;
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
