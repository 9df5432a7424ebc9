using System.Buffers.Binary;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sightings;

/// <summary>A track that counts sightings: for each time window a ring buffer of steps.</summary>
internal sealed class CountState : TrackState
{
    private const byte Version = 1;
    private const int WindowCount = 3;
    private static readonly int AllSteps = Track.Windows.Sum(window => window.Steps);
    private static readonly int EncodedSize = 1 + 5 * sizeof(long) + 1 + (Track.RememberedOperations + WindowCount) * sizeof(long) + AllSteps * sizeof(int);

    private readonly int[] _steps = new int[AllSteps];
    private readonly long[] _latest = new long[WindowCount];
    private readonly ulong[] _operations = new ulong[Track.RememberedOperations];
    private byte _nextOperation;
    private long _firstSeen;
    private ulong _place;
    private long _placeSeen;

    public override Track See(Sighting sighting, long now)
    {
        now = Math.Max(now, LastSeen);
        var isNew = LastSeen == 0;
        var before = (Place: _place, At: _placeSeen);
        if (sighting.Counts && !Remembers(sighting.Operation))
            Count(sighting, now);
        return Describe(now, isNew && sighting.Counts, before.Place, before.Place == 0 ? 0 : now - before.At);
    }

    public override byte[] Encode()
    {
        var bytes = new byte[EncodedSize];
        bytes[0] = Version;
        bytes[1] = _nextOperation;
        var rest = bytes.AsSpan(2);
        foreach (var number in (ReadOnlySpan<long>)[_firstSeen, LastSeen, ExpiresAt, _placeSeen, (long)_place, .. _latest])
            Write(ref rest, number);
        foreach (var operation in _operations)
            Write(ref rest, (long)operation);
        foreach (var count in _steps)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, count);
            rest = rest[sizeof(int)..];
        }
        return bytes;
    }

    /// <returns>Null for what <see cref="Encode"/> did not write.</returns>
    public static new CountState? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != EncodedSize || bytes[0] != Version || bytes[1] >= Track.RememberedOperations)
            return null;
        var rest = bytes[2..];
        var state = new CountState
        {
            _nextOperation = bytes[1],
            _firstSeen = Read(ref rest),
            LastSeen = Read(ref rest),
            ExpiresAt = Read(ref rest),
            _placeSeen = Read(ref rest),
            _place = (ulong)Read(ref rest),
        };
        for (var i = 0; i < WindowCount; i++)
            state._latest[i] = Read(ref rest);
        for (var i = 0; i < state._operations.Length; i++)
            state._operations[i] = (ulong)Read(ref rest);
        for (var i = 0; i < AllSteps; i++)
        {
            state._steps[i] = BinaryPrimitives.ReadInt32LittleEndian(rest);
            rest = rest[sizeof(int)..];
        }
        return state.IsSound ? state : null;
    }

    /// <summary>Whether the state is one that counting can produce. A damaged one must not be counted on.</summary>
    private bool IsSound
    {
        get
        {
            for (var i = 0; i < WindowCount; i++)
            {
                if (_latest[i] != StepOf(LastSeen, Track.Windows[i].Step))
                    return false;
            }
            return AreTimes(_firstSeen) && _placeSeen >= 0 && _placeSeen <= LastSeen && !_steps.AsSpan().ContainsAnyInRange(int.MinValue, -1);
        }
    }

    private bool Remembers(ulong operation) => LastSeen != 0 && Array.IndexOf(_operations, operation) >= 0;

    private void Count(Sighting sighting, long now)
    {
        if (_firstSeen == 0)
            _firstSeen = now;
        Prolong(sighting, now);
        _operations[_nextOperation] = sighting.Operation;
        _nextOperation = (byte)((_nextOperation + 1) % _operations.Length);
        var offset = 0;
        for (var i = 0; i < WindowCount; i++)
        {
            var (step, steps) = Track.Windows[i];
            var at = StepOf(now, step);
            var ring = _steps.AsSpan(offset, steps);
            Advance(ring, _latest[i], at);
            _latest[i] = at;
            ref var count = ref ring[(int)(at % steps)];
            if (count < int.MaxValue)
                count++;
            offset += steps;
        }
        if (sighting.Place != 0)
            (_place, _placeSeen) = (sighting.Place, now);
    }

    private Track Describe(long now, bool isNew, ulong place, long sincePlace)
    {
        Span<int> counts = stackalloc int[WindowCount];
        var offset = 0;
        for (var i = 0; i < WindowCount; i++)
        {
            var (step, steps) = Track.Windows[i];
            // Steps that are still in the ring but have left the window do not count.
            var old = Math.Min(steps, StepOf(now, step) - _latest[i]);
            var sum = 0L;
            for (var back = 0; back < steps - old; back++)
                sum += _steps[offset + (int)((_latest[i] - back + steps) % steps)];
            counts[i] = (int)Math.Min(int.MaxValue, sum);
            offset += steps;
        }
        return new(counts[0], counts[1], counts[2], _firstSeen, isNew, place, TimeSpan.FromMilliseconds(sincePlace));
    }

    /// <summary>Clears the steps that are reused since the latest count.</summary>
    private static void Advance(Span<int> ring, long latest, long now)
    {
        if (now - latest >= ring.Length)
            ring.Clear();
        for (var at = Math.Max(latest + 1, now - ring.Length + 1); at <= now; at++)
            ring[(int)(at % ring.Length)] = 0;
    }

    private static long StepOf(long now, TimeSpan step) => now / (long)step.TotalMilliseconds;
}
