using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.DryRuns;

/// <summary>
/// The keys of requests in a dry run, in this process's memory alone: as keyed hashes, each for its policy's retention, and so many at most. Beyond that the oldest is given up, and a
/// retry of it counts as a first call.
/// </summary>
internal sealed class SeenKeys(TimeProvider clock, int capacity = SeenKeys.Capacity)
{
    /// <summary>Some 12 MB.</summary>
    private const int Capacity = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<StorageKey, Attempt> _byKey = [];
    private readonly Queue<Attempt> _byAge = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _byKey.Count;
        }
    }

    /// <param name="attempt">The request's own, to be ended; null where an earlier one stands for it.</param>
    public Would Meet(StorageKey key, Fingerprint fingerprint, IdempotencyPolicy policy, out Attempt? attempt)
    {
        lock (_gate)
        {
            var earlier = _byKey.TryGetValue(key, out var found) && clock.GetElapsedTime(found.Since) < found.Retention ? found : null;
            var isSame = earlier?.Fingerprint == fingerprint;
            var would = Would.Of(earlier?.State, isSame, policy.OnUnknown);
            // What this one gets is what the call that was left would have got.
            var isOwn = would == Would.Send || would == Would.SendAgain || (isSame && earlier is { State: SeenState.Left });
            attempt = isOwn ? Remember(new(key, fingerprint, policy.Retention) { Since = clock.GetTimestamp() }) : null;
            return would;
        }
    }

    public void End(Attempt attempt, SeenState state)
    {
        lock (_gate)
            (attempt.State, attempt.Since) = (state, clock.GetTimestamp());
    }

    private Attempt Remember(Attempt attempt)
    {
        _byKey[attempt.Key] = attempt;
        _byAge.Enqueue(attempt);
        // Its key may be another's by now.
        if (_byAge.Count > capacity && _byAge.Dequeue() is var oldest && _byKey.GetValueOrDefault(oldest.Key) == oldest)
            _byKey.Remove(oldest.Key);
        return attempt;
    }

    /// <summary>Of the one request that would have been sent.</summary>
    internal sealed class Attempt(StorageKey key, Fingerprint fingerprint, TimeSpan retention)
    {
        public StorageKey Key => key;

        public Fingerprint Fingerprint => fingerprint;

        public TimeSpan Retention => retention;

        public SeenState State { get; set; } = SeenState.UnderWay;

        /// <summary>When it began, or ended.</summary>
        public long Since { get; set; }
    }
}
