using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.DryRuns;

/// <summary>
/// The dry run's table of keys, in the memory of this process: keyed hashes, each kept for its policy's retention. When the table is full, the oldest key is evicted, and a
/// retry with it counts as a first call.
/// </summary>
internal sealed class SeenKeys(TimeProvider clock, int capacity = SeenKeys.Capacity)
{
    /// <summary>In keys; some 12 MB.</summary>
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

    /// <summary>Looks up the key and tells what guarding would do with the request.</summary>
    /// <param name="attempt">The new attempt that the caller must end; null where an earlier attempt counts for it.</param>
    public DryRunOutcome Meet(StorageKey key, Fingerprint fingerprint, IdempotencyPolicy policy, out Attempt? attempt)
    {
        lock (_gate)
        {
            var earlier = _byKey.TryGetValue(key, out var found) && clock.GetElapsedTime(found.Since) < found.Retention ? found : null;
            var isSame = earlier?.Fingerprint == fingerprint;
            var outcome = DryRunOutcome.Of(earlier?.State, isSame, policy.OnUnknown);
            // The client of the earlier call disconnected, so its outcome was not seen. The outcome of this call stands in for it.
            var isOwn = outcome == DryRunOutcome.Send || outcome == DryRunOutcome.SendAgain || (isSame && earlier is { State: SeenState.Left });
            attempt = isOwn ? Remember(new(key, fingerprint, policy.Retention) { Since = clock.GetTimestamp() }) : null;
            return outcome;
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
        // A newer attempt may have replaced the oldest one under its key.
        if (_byAge.Count > capacity && _byAge.Dequeue() is var oldest && _byKey.GetValueOrDefault(oldest.Key) == oldest)
            _byKey.Remove(oldest.Key);
        return attempt;
    }

    /// <summary>A request that would have been sent.</summary>
    internal sealed class Attempt(StorageKey key, Fingerprint fingerprint, TimeSpan retention)
    {
        public StorageKey Key => key;

        public Fingerprint Fingerprint => fingerprint;

        public TimeSpan Retention => retention;

        public SeenState State { get; set; } = SeenState.UnderWay;

        /// <summary>The clock's timestamp of its end; of its beginning while it is under way.</summary>
        public long Since { get; set; }
    }
}
