using System.Collections.Concurrent;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Claims;

/// <summary>
/// Who leads in this process. Requests with the same record but another fingerprint do not meet here: which of them is the mismatch is
/// the store's to judge.
/// </summary>
public sealed class LeaderTable
{
    private readonly ConcurrentDictionary<(StorageKey, Fingerprint), Leader> _leaders = new();

    public int Count => _leaders.Count;

    /// <param name="leader">The leader: the caller's own when the result is true, else the one to wait for.</param>
    /// <returns>True when the caller leads, and so must end with <see cref="Leave"/>.</returns>
    public bool TryLead(StorageKey key, Fingerprint fingerprint, out Leader leader)
    {
        if (_leaders.TryGetValue((key, fingerprint), out leader!))
            return false;
        var own = new Leader(key, fingerprint);
        leader = _leaders.GetOrAdd((key, fingerprint), own);
        return ReferenceEquals(leader, own);
    }

    /// <summary>Steps down; who waited without having been told anything asks again.</summary>
    public void Leave(Leader leader)
    {
        _leaders.TryRemove(new(leader.Identity, leader));
        leader.Publish(LeaderNews.AskAgain.Instance);
    }
}
