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

    /// <summary>Whether a request for this record is being answered in this process just now. Looks at every leader.</summary>
    public bool IsLed(StorageKey key) => _leaders.Keys.Any(identity => identity.Item1 == key);

    /// <summary>An operator overruled the record: who waits for its leaders here asks the store instead. Looks at every leader.</summary>
    public void Dismiss(StorageKey key)
    {
        foreach (var (identity, leader) in _leaders)
        {
            if (identity.Item1 == key)
                Leave(leader);
        }
    }

    /// <summary>Steps down; who waited without having been told anything asks again.</summary>
    public void Leave(Leader leader)
    {
        _leaders.TryRemove(new(leader.Identity, leader));
        leader.Publish(LeaderNews.AskAgain.Instance);
    }
}
