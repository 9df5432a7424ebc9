using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sightings;

/// <summary>
/// Tracks in this process's memory: exact among all its threads, at the cost of a lock on a small part of them. Bounded: when a part is full, those of its tracks that
/// were not seen since it was half full are forgotten together.
/// </summary>
internal sealed class TrackMemory : ISightings
{
    /// <summary>About 400 bytes each, so 26 MB when full; a track of company grows to 1.2 kB.</summary>
    public const int DefaultLimit = 65_536;

    private const int PartCount = 16;

    /// <summary>So many names of forgotten tracks wait to be written down, for each track that there may be: 25 MB of them when all are.</summary>
    private const int ForgottenPerTrack = 8;
    private readonly Part[] _parts;
    private readonly Func<long> _now;

    /// <param name="now">Unix milliseconds.</param>
    /// <param name="limit">Tracks kept at most; the least lately seen half is forgotten when it is reached.</param>
    /// <param name="isWrittenDown">Somebody takes the changes, now and then.</param>
    public TrackMemory(Func<long> now, int limit = DefaultLimit, bool isWrittenDown = true)
    {
        _now = now;
        _parts = [.. Enumerable.Range(0, PartCount).Select(_ => new Part(Math.Max(2, limit / PartCount), isWrittenDown))];
    }

    /// <summary>For a store that does not count: each process counts for itself.</summary>
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

    /// <summary>Takes in what an earlier process wrote down.</summary>
    public void Restore(SightingKey who, TrackState track) => PartOf(who).Restore(who, track);

    /// <summary>What has changed or was forgotten since the last asking, as it is to be written down.</summary>
    /// <param name="limit">Of both together, about.</param>
    /// <returns>Empty when everything is written down.</returns>
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

    /// <summary>Takes changes back that could not be written: they are due again.</summary>
    public void PutBack(IReadOnlyList<TrackChange> changes)
    {
        foreach (var change in changes)
            PartOf(change.Who).PutBack(change);
    }

    private Part PartOf(SightingKey who) => _parts[who.Digest.B % PartCount];

    /// <summary>Two generations: the old one was complete when the young one began. Whoever is seen moves to the young one.</summary>
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
        /// While nothing can be written down, what has to be forgotten there must not grow without end here: it is let go of then, and goes when the next process reads what it can use.
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

/// <summary>A track as it is to be written down.</summary>
/// <param name="ExpiresAt">Unix milliseconds.</param>
/// <param name="Bytes">Null when it is forgotten.</param>
internal readonly record struct TrackChange(SightingKey Who, long ExpiresAt, byte[]? Bytes);
