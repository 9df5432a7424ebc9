using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Claims;

/// <summary>
/// Recent completed records in memory, so that a storm of retries costs the store nothing. Completed records never change but by erasure, which
/// evicts them here; where that word does not arrive, a copy lives no longer than the configured age.
/// </summary>
public sealed class CompletedCopies : IDisposable
{
    /// <summary>What an entry costs beside its body: keys, header strings, bookkeeping.</summary>
    private const int OverheadInBytes = 1024;

    /// <summary>Storage keys are keyed hashes, so the shelves fill alike and nobody can choose whom to contend with.</summary>
    private const int MostShelves = 16;

    private const long BytesPerShelf = 4 * 1024 * 1024;

    private readonly CopyShelf[] _shelves;
    private readonly TimeSpan _maxAge;
    private readonly TimeProvider _clock;
    private readonly IDisposable _overruled;
    private long _evictions;

    /// <param name="signals">Whose word on erased and resolved records is heard.</param>
    public CompletedCopies(CacheSnapshot options, IRecordSignals signals, TimeProvider clock)
    {
        _overruled = signals.OnOverruled(Evict);
        _maxAge = options.MaxAge;
        _clock = clock;
        // Few where there is little room, so that a large answer still finds a shelf that it fits on.
        var shelves = options.MaxBytes == 0 ? 0 : (int)Math.Clamp(options.MaxBytes / BytesPerShelf, 1, MostShelves);
        _shelves = [.. Enumerable.Range(0, shelves).Select(_ => new CopyShelf(options.MaxBytes / shelves, _maxAge, clock))];
    }

    public CopyStatistics Statistics => _shelves.Aggregate(default(CopyStatistics), (sum, shelf) => sum + shelf.Statistics);

    /// <summary>Read before the store is asked: an answer that was read before an eviction is not taken in after it.</summary>
    public long Stamp => Volatile.Read(ref _evictions);

    /// <returns>What is recorded for exactly this request, or null: then the store knows.</returns>
    public Copy? Find(StorageKey key, Fingerprint fingerprint) => ShelfOf(key)?.Find(key) is { } copy && copy.Fingerprint == fingerprint ? copy : null;

    /// <param name="expires">The record's: the copy never outlives it.</param>
    /// <param name="stamp">From before the store was asked.</param>
    public void Add(StorageKey key, Fingerprint fingerprint, RecordedAnswer answer, DateTimeOffset expires, long stamp)
    {
        // What cannot be read now may be readable in a moment, when the key ring has been put right.
        if (answer is not RecordedAnswer.Unreadable)
            Add(key, fingerprint, answer, encoded: default, (answer as RecordedAnswer.Whole)?.Response.Body.Length ?? 0, expires, stamp);
    }

    /// <summary>The same for one that has just been encoded; nobody else may change those bytes.</summary>
    public void Add(StorageKey key, Fingerprint fingerprint, ReadOnlyMemory<byte> encoded, DateTimeOffset expires, long stamp) =>
        Add(key, fingerprint, answer: null, encoded, encoded.Length, expires, stamp);

    /// <summary>The record was erased or resolved.</summary>
    public void Evict(StorageKey key)
    {
        Interlocked.Increment(ref _evictions);
        ShelfOf(key)?.Remove(key);
    }

    public void Dispose() => _overruled.Dispose();

    private void Add(
        StorageKey key, Fingerprint fingerprint, RecordedAnswer? answer, ReadOnlyMemory<byte> encoded, int size, DateTimeOffset expires, long stamp)
    {
        var remaining = expires - _clock.GetUtcNow();
        var age = remaining < _maxAge ? remaining : _maxAge;
        if (age <= TimeSpan.Zero || stamp != Stamp || ShelfOf(key) is not { } shelf)
            return;
        shelf.Add(key, new Copy(fingerprint, encoded, answer, OverheadInBytes + size, _clock.GetTimestamp(), age, expires));
        // An eviction counts first and removes then, so one of the two sees the other.
        if (stamp != Stamp)
            shelf.Remove(key);
    }

    /// <returns>Null when copies are switched off.</returns>
    private CopyShelf? ShelfOf(StorageKey key) => _shelves.Length == 0 ? null : _shelves[(uint)key.Digest.D % (uint)_shelves.Length];
}
