using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;

namespace IdempotencyGateway.Claims;

/// <summary>
/// Recent completed records in memory, so that a storm of retries costs the store nothing. Completed records never change but by erasure, which
/// evicts them here; where that word does not arrive, a copy lives no longer than the configured age.
/// </summary>
public sealed class CompletedCopies : IDisposable
{
    /// <summary>What an entry costs beside its body: keys, header strings, bookkeeping.</summary>
    private const int OverheadInBytes = 1024;

    private readonly MemoryCache? _copies;
    private readonly TimeSpan _maxAge;

    private readonly IDisposable _overruled;
    private long _evictions;

    /// <param name="signals">Whose word on erased and resolved records is heard.</param>
    public CompletedCopies(CacheSnapshot options, IRecordSignals signals, TimeProvider clock)
    {
        _overruled = signals.OnOverruled(Evict);
        _maxAge = options.MaxAge;
        if (options.MaxBytes > 0)
        {
            // Making room costs a look at every copy, so it is made for many at once.
            _copies = new(new MemoryCacheOptions { SizeLimit = options.MaxBytes, CompactionPercentage = 0.2, TrackStatistics = true, Clock = new Clock(clock) });
        }
    }

    /// <summary>Null when copies are switched off.</summary>
    public MemoryCacheStatistics? Statistics => _copies?.GetCurrentStatistics();

    /// <summary>Read before the store is asked: an answer that was read before an eviction is not taken in after it.</summary>
    public long Stamp => Volatile.Read(ref _evictions);

    /// <returns>The answer recorded for exactly this request, or null: then the store knows.</returns>
    public RecordedAnswer? Find(StorageKey key, Fingerprint fingerprint) =>
        _copies is not null && _copies.TryGetValue(key, out Copy? copy) && copy!.Fingerprint == fingerprint ? copy.Answer : null;

    /// <param name="remainingRetention">The copy never outlives its record.</param>
    /// <param name="stamp">From before the store was asked.</param>
    public void Add(StorageKey key, Fingerprint fingerprint, RecordedAnswer answer, TimeSpan remainingRetention, long stamp)
    {
        var age = remainingRetention < _maxAge ? remainingRetention : _maxAge;
        // What cannot be read now may be readable in a moment, when the key ring has been put right.
        if (_copies is null || age <= TimeSpan.Zero || stamp != Stamp || answer is RecordedAnswer.Unreadable)
            return;
        var size = OverheadInBytes + (answer is RecordedAnswer.Whole(var response) ? response.Body.Length : 0);
        _copies.Set(key, new Copy(fingerprint, answer), new MemoryCacheEntryOptions { Size = size, AbsoluteExpirationRelativeToNow = age });
        // An eviction counts first and removes then, so one of the two sees the other.
        if (stamp != Stamp)
            _copies.Remove(key);
    }

    /// <summary>The record was erased or resolved.</summary>
    public void Evict(StorageKey key)
    {
        Interlocked.Increment(ref _evictions);
        _copies?.Remove(key);
    }

    public void Dispose()
    {
        _overruled.Dispose();
        _copies?.Dispose();
    }

    private sealed record Copy(Fingerprint Fingerprint, RecordedAnswer Answer);

    private sealed class Clock(TimeProvider time) : ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
