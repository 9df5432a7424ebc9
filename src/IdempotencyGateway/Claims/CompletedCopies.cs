using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Claims;

/// <summary>
/// An in-memory cache of recently completed records, so that a storm of retries costs the store nothing. A completed record changes only when it is
/// erased, and the store's signal of that evicts its copy. If the signal is lost, the copy still lives no longer than Cache:MaxAge.
/// </summary>
public sealed class CompletedCopies : IDisposable
{
    /// <summary>What an entry costs beside its body: keys, header strings, bookkeeping.</summary>
    private const int OverheadInBytes = 1024;

    /// <summary>Each shard has a lock of its own. Storage keys are keyed hashes, so the shards fill evenly and no client can aim at one of them.</summary>
    private const int MostShards = 16;

    private const long BytesPerShard = 4 * 1024 * 1024;

    private readonly CopyShard[] _shards;
    private readonly TimeSpan _maxAge;
    private readonly TimeProvider _clock;
    private readonly IDisposable _overruled;
    private long _evictions;

    /// <param name="signals">Announces erased and resolved records.</param>
    public CompletedCopies(CacheSnapshot options, IRecordSignals signals, TimeProvider clock)
    {
        _overruled = signals.OnOverruled(Evict);
        _maxAge = options.MaxAge;
        _clock = clock;
        // A small cache has few shards, so that a large answer still fits into one.
        var shards = options.MaxBytes == 0 ? 0 : (int)Math.Clamp(options.MaxBytes / BytesPerShard, 1, MostShards);
        _shards = [.. Enumerable.Range(0, shards).Select(_ => new CopyShard(options.MaxBytes / shards, _maxAge, clock))];
    }

    public CopyStatistics Statistics => _shards.Aggregate(default(CopyStatistics), (sum, shard) => sum + shard.Statistics);

    /// <summary>The number of evictions. Read it before asking the store: <c>Add</c> drops an answer that was read before an eviction, because that record may be the evicted one.</summary>
    public long Stamp => Volatile.Read(ref _evictions);

    /// <returns>The copy for this key and fingerprint; null if there is none, and the store has to be asked.</returns>
    public Copy? Find(StorageKey key, Fingerprint fingerprint) => ShardOf(key)?.Find(key) is { } copy && copy.Fingerprint == fingerprint ? copy : null;

    /// <param name="expires">When the record expires; the copy does not outlive it.</param>
    /// <param name="stamp"><see cref="Stamp"/>, read before the store was asked.</param>
    public void Add(StorageKey key, Fingerprint fingerprint, RecordedAnswer answer, DateTimeOffset expires, long stamp)
    {
        // An unreadable answer is not cached: it can be read again as soon as the key ring is repaired.
        if (answer is not RecordedAnswer.Unreadable)
            Add(key, fingerprint, answer, encoded: default, (answer as RecordedAnswer.Whole)?.Response.Body.Length ?? 0, expires, stamp);
    }

    /// <summary>Adds an answer that was just encoded. The bytes must not change afterwards.</summary>
    public void Add(StorageKey key, Fingerprint fingerprint, ReadOnlyMemory<byte> encoded, DateTimeOffset expires, long stamp) =>
        Add(key, fingerprint, answer: null, encoded, encoded.Length, expires, stamp);

    /// <summary>The record was erased or resolved.</summary>
    public void Evict(StorageKey key)
    {
        Interlocked.Increment(ref _evictions);
        ShardOf(key)?.Remove(key);
    }

    public void Dispose() => _overruled.Dispose();

    private void Add(
        StorageKey key, Fingerprint fingerprint, RecordedAnswer? answer, ReadOnlyMemory<byte> encoded, int size, DateTimeOffset expires, long stamp)
    {
        var remaining = expires - _clock.GetUtcNow();
        var age = remaining < _maxAge ? remaining : _maxAge;
        if (age <= TimeSpan.Zero || stamp != Stamp || ShardOf(key) is not { } shard)
            return;
        shard.Add(key, new Copy(fingerprint, encoded, answer, OverheadInBytes + size, _clock.GetTimestamp(), age, expires));
        // A concurrent eviction changes the stamp before it removes. So either it removes this copy, or the new stamp is seen here.
        if (stamp != Stamp)
            shard.Remove(key);
    }

    /// <returns>Null when the cache is switched off.</returns>
    private CopyShard? ShardOf(StorageKey key) => _shards.Length == 0 ? null : _shards[(uint)key.Digest.D % (uint)_shards.Length];
}
