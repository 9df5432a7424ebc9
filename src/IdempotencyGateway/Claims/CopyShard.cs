using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;

namespace IdempotencyGateway.Claims;

/// <summary>
/// One shard of the cache: an approximate LRU of two generations with a limit in bytes. New copies go into the young generation. When it holds half of the limit, or is older than any copy
/// may become, it replaces the old generation, whose copies are dropped all at once. A copy that is found in the old generation moves to the young one. So eviction costs nothing for each
/// copy, and copies in use stay.
/// </summary>
internal sealed class CopyShard(long limitInBytes, TimeSpan maxAge, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private Generation _young = new();
    private Generation _old = new();
    private long _youngSince = clock.GetTimestamp();
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
        if (_young.Bytes + copy.Bytes > limitInBytes / 2 || clock.GetElapsedTime(_youngSince) > maxAge)
            Rotate();
        if (_young.Bytes + _old.Bytes + copy.Bytes > limitInBytes)
            _old.Clear();
        _young.Put(key, copy);
    }

    private void Rotate()
    {
        (_young, _old) = (_old, _young);
        _young.Clear();
        _youngSince = clock.GetTimestamp();
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

/// <summary>A cached answer. It stays one encoded array until its first use: most copies are never used, and fewer objects mean shorter garbage collections.</summary>
/// <param name="bytes">The memory that it counts for.</param>
/// <param name="since">When the copy was made: a timestamp of the clock.</param>
/// <param name="expires">When the record expires.</param>
public sealed class Copy(Fingerprint fingerprint, ReadOnlyMemory<byte> encoded, RecordedAnswer? decoded, int bytes, long since, TimeSpan maxAge, DateTimeOffset expires)
{
    private RecordedAnswer? _answer = decoded;

    public RecordedAnswer Answer => _answer ??= RecordCodec.Decode(encoded);

    /// <summary>When the record expires.</summary>
    public DateTimeOffset Expires => expires;

    internal Fingerprint Fingerprint => fingerprint;

    internal int Bytes => bytes;

    internal long Since => since;

    internal TimeSpan MaxAge => maxAge;
}

/// <summary>The cache's present size, and its hits and misses so far.</summary>
public readonly record struct CopyStatistics(long Entries, long Bytes, long Hits, long Misses)
{
    public static CopyStatistics operator +(CopyStatistics x, CopyStatistics y) => Add(x, y);

    public static CopyStatistics Add(CopyStatistics x, CopyStatistics y) =>
        new(x.Entries + y.Entries, x.Bytes + y.Bytes, x.Hits + y.Hits, x.Misses + y.Misses);
}
