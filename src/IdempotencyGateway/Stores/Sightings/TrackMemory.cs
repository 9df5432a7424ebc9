using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sightings;

/// <summary>
/// Tracks in this process's memory, exact under concurrency: they are divided into parts with a lock each. Bounded: when a part is full, those of its tracks that
/// were not seen since it was half full are evicted together.
/// </summary>
internal sealed class TrackMemory : ISightings
{
    /// <summary>About 400 bytes each, so 26 MB when full; a track of distinct values grows to 1.2 kB.</summary>
    public const int DefaultLimit = 65_536;

    private const int PartCount = 16;

    /// <summary>How many evicted tracks may wait for their deletion from the database, per track of the limit: at most 25 MB.</summary>
    private const int ForgottenPerTrack = 8;
    private readonly Part[] _parts;
    private readonly Func<long> _now;

    /// <param name="now">Unix milliseconds.</param>
    /// <param name="limit">The maximum of tracks. When it is reached, the least recently seen half is evicted.</param>
    /// <param name="isWrittenDown">True when changes are collected by <see cref="TakeChanges"/> and persisted.</param>
    public TrackMemory(Func<long> now, int limit = DefaultLimit, bool isWrittenDown = true)
    {
        _now = now;
        _parts = [.. Enumerable.Range(0, PartCount).Select(_ => new Part(Math.Max(2, limit / PartCount), isWrittenDown))];
    }

    /// <summary>For a store that does not count sightings: each process then counts its own.</summary>
    public static TrackMemory OnWallClock(TimeProvider clock) => new(() => clock.GetUtcNow().ToUnixTimeMilliseconds(), isWrittenDown: false);

    public int Count => _parts.Sum(part => part.Count);

    public ValueTask<Track[]> SeeAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation)
    {
        var now = _now();
        var tracks = new Track[sightings.Length];
        for (var i = 0; i < tracks.Length; i++)
        {
            var sighting = sightings.Span[i];
            tracks[i] = PartOf(sighting.Who).See(sighting, now);
        }
        return ValueTask.FromResult(tracks);
    }

    /// <summary>Adds a track that an earlier process persisted.</summary>
    public void Restore(SightingKey who, TrackState track) => PartOf(who).Restore(who, track);

    /// <summary>Takes the tracks that were changed or evicted since the last call, to be persisted.</summary>
    /// <param name="limit">The approximate maximum of changes to return.</param>
    /// <returns>Empty when everything has been taken.</returns>
    public IReadOnlyList<TrackChange> TakeChanges(int limit)
    {
        var changes = new List<TrackChange>();
        foreach (var part in _parts)
        {
            if (changes.Count >= limit)
                break;
            part.TakeChanges(changes, limit);
        }
        return changes;
    }

    /// <summary>Returns changes that could not be written: they will be taken again.</summary>
    public void PutBack(IReadOnlyList<TrackChange> changes)
    {
        foreach (var change in changes)
            PartOf(change.Who).PutBack(change);
    }

    private Part PartOf(SightingKey who) => _parts[who.Digest.B % PartCount];

    /// <summary>Two generations: a track that is seen moves to the young one. When that is full, the old one is evicted and the young one becomes old.</summary>
    private sealed class Part(int limit, bool isWrittenDown)
    {
        private readonly Lock _lock = new();
        private readonly HashSet<SightingKey> _dirty = [];
        private readonly HashSet<SightingKey> _forgotten = [];
        private Dictionary<SightingKey, TrackState> _young = [];
        private Dictionary<SightingKey, TrackState> _old = [];

        public int Count
        {
            get
            {
                lock (_lock)
                    return _young.Count + _old.Count;
            }
        }

        public Track See(Sighting sighting, long now)
        {
            lock (_lock)
            {
                if (!Find(sighting.Who, now, out var state) && !sighting.Counts)
                    return default;
                state ??= Add(sighting.Who, TrackState.For(sighting));
                var track = state.See(sighting, now);
                if (state.IsDirty && isWrittenDown)
                    _dirty.Add(sighting.Who);
                return track;
            }
        }

        public void Restore(SightingKey who, TrackState track)
        {
            lock (_lock)
                Add(who, track);
        }

        public void TakeChanges(List<TrackChange> changes, int limit)
        {
            lock (_lock)
            {
                foreach (var who in _forgotten.Take(limit - changes.Count).ToArray())
                {
                    _forgotten.Remove(who);
                    changes.Add(new(who, 0, null));
                }
                foreach (var who in _dirty.Take(limit - changes.Count).ToArray())
                {
                    _dirty.Remove(who);
                    if (!_young.TryGetValue(who, out var state) && !_old.TryGetValue(who, out state))
                        continue;
                    state.IsDirty = false;
                    changes.Add(new(who, state.ExpiresAt, state.Encode()));
                }
            }
        }

        public void PutBack(TrackChange change)
        {
            lock (_lock)
                (_young.ContainsKey(change.Who) || _old.ContainsKey(change.Who) ? _dirty : _forgotten).Add(change.Who);
        }

        /// <summary>
        /// Queues the track for deletion from the database. While nothing can be written, the queue must not grow without bound, so at the limit it is dropped: the next process drops
        /// surplus rows when it loads the table.
        /// </summary>
        private void Forget(SightingKey gone)
        {
            if (!isWrittenDown)
                return;
            _dirty.Remove(gone);
            if (_forgotten.Count >= ForgottenPerTrack * limit)
                _forgotten.Clear();
            _forgotten.Add(gone);
        }

        private bool Find(SightingKey who, long now, out TrackState? state)
        {
            if (!_young.TryGetValue(who, out state))
            {
                if (!_old.Remove(who, out state))
                    return false;
                Add(who, state);
            }
            if (state.ExpiresAt > now)
                return true;
            _young.Remove(who);
            Forget(who);
            state = null;
            return false;
        }

        private TrackState Add(SightingKey who, TrackState state)
        {
            if (_young.Count >= limit / 2)
            {
                foreach (var gone in _old.Keys)
                    Forget(gone);
                (_old, _young) = (_young, []);
            }
            _forgotten.Remove(who);
            _young[who] = state;
            return state;
        }
    }
}

/// <summary>A change to persist.</summary>
/// <param name="ExpiresAt">Unix milliseconds.</param>
/// <param name="Bytes">The encoded track; null when it was evicted.</param>
internal readonly record struct TrackChange(SightingKey Who, long ExpiresAt, byte[]? Bytes);
