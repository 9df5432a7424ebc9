using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;

namespace IdempotencyGateway.Claims;

/// <summary>
/// Copies up to a number of bytes, in two generations: new ones join the young; when that holds half of what there may be, or has grown older than any copy may become, it takes
/// the old one's place, and what still lies there is let go at once. Whoever is found among the old is young again. So making room costs nothing, and a copy that is asked for stays.
/// </summary>
internal sealed class CopyShelf(long limitInBytes, TimeSpan maxAge, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private Generation _young = new();
    private Generation _old = new();
    private long _began = clock.GetTimestamp();
    private long _hits;
    private long _misses;

    public CopyStatistics Statistics
    {
        get
        {
            lock (_gate)
                return new(_young.Copies.Count + _old.Copies.Count, _young.Bytes + _old.Bytes, _hits, _misses);
        }
    }

    public Copy? Find(StorageKey key)
    {
        lock (_gate)
        {
            if (!_young.Copies.TryGetValue(key, out var copy) && _old.Take(key) is { } rejuvenated)
                Put(key, copy = rejuvenated);
            if (copy is not null && clock.GetElapsedTime(copy.Since) >= copy.MaxAge)
            {
                _young.Take(key);
                copy = null;
            }
            _ = copy is null ? _misses++ : _hits++;
            return copy;
        }
    }

    public void Add(StorageKey key, Copy copy)
    {
        lock (_gate)
        {
            Take(key);
            if (copy.Bytes <= limitInBytes)
                Put(key, copy);
        }
    }

    public void Remove(StorageKey key)
    {
        lock (_gate)
            Take(key);
    }

    private void Take(StorageKey key)
    {
        _young.Take(key);
        _old.Take(key);
    }

    private void Put(StorageKey key, Copy copy)
    {
        if (_young.Bytes + copy.Bytes > limitInBytes / 2 || clock.GetElapsedTime(_began) > maxAge)
            Turn();
        if (_young.Bytes + _old.Bytes + copy.Bytes > limitInBytes)
            _old.Clear();
        _young.Put(key, copy);
    }

    private void Turn()
    {
        (_young, _old) = (_old, _young);
        _young.Clear();
        _began = clock.GetTimestamp();
    }

    private sealed class Generation
    {
        public Dictionary<StorageKey, Copy> Copies { get; } = [];

        public long Bytes { get; private set; }

        public void Put(StorageKey key, Copy copy)
        {
            Copies[key] = copy;
            Bytes += copy.Bytes;
        }

        public Copy? Take(StorageKey key)
        {
            if (!Copies.Remove(key, out var copy))
                return null;
            Bytes -= copy.Bytes;
            return copy;
        }

        public void Clear()
        {
            Copies.Clear();
            Bytes = 0;
        }
    }
}

/// <summary>The answer to one request. It stays one array until somebody asks for it: most copies never are, and few objects are what garbage collections like best.</summary>
/// <param name="bytes">What it costs.</param>
/// <param name="since">When it was made, by the clock's timestamps.</param>
/// <param name="expires">The record's.</param>
public sealed class Copy(Fingerprint fingerprint, ReadOnlyMemory<byte> encoded, RecordedAnswer? decoded, int bytes, long since, TimeSpan maxAge, DateTimeOffset expires)
{
    private RecordedAnswer? _answer = decoded;

    public RecordedAnswer Answer => _answer ??= RecordCodec.Decode(encoded);

    /// <summary>When the store will have forgotten the record.</summary>
    public DateTimeOffset Expires => expires;

    internal Fingerprint Fingerprint => fingerprint;

    internal int Bytes => bytes;

    internal long Since => since;

    internal TimeSpan MaxAge => maxAge;
}

/// <summary>What the copies hold now, and how often one was there.</summary>
public readonly record struct CopyStatistics(long Entries, long Bytes, long Hits, long Misses)
{
    public static CopyStatistics operator +(CopyStatistics x, CopyStatistics y) => Add(x, y);

    public static CopyStatistics Add(CopyStatistics x, CopyStatistics y) =>
        new(x.Entries + y.Entries, x.Bytes + y.Bytes, x.Hits + y.Hits, x.Misses + y.Misses);
}
