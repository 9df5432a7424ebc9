using System.Collections.Concurrent;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Claims;

/// <summary>
/// The single-flight table of this process: its leaders by storage key and fingerprint. Requests for one record with different fingerprints do not share a
/// leader, because only the store can tell which of them is the mismatch.
/// </summary>
public sealed class LeaderTable
{
    private readonly ConcurrentDictionary<(StorageKey, Fingerprint), Leader> _leaders = new();

    public int Count => _leaders.Count;

    /// <param name="leader">The caller's own when the result is true, else the one to wait for.</param>
    /// <returns>True when the caller leads, and so must end with <see cref="Leave"/>.</returns>
    public bool TryLead(StorageKey key, Fingerprint fingerprint, out Leader leader)
    {
        if (_leaders.TryGetValue((key, fingerprint), out leader!))
            return false;
        var own = new Leader(key, fingerprint);
        leader = _leaders.GetOrAdd((key, fingerprint), own);
        return ReferenceEquals(leader, own);
    }

    /// <summary>Whether a request for this record has a leader in this process. Scans all leaders.</summary>
    public bool IsLed(StorageKey key) => _leaders.Keys.Any(identity => identity.Item1 == key);

    /// <summary>Removes the record's leaders after an operator overruled the record, so that their waiters ask the store instead. Scans all leaders.</summary>
    public void Dismiss(StorageKey key)
    {
        foreach (var (identity, leader) in _leaders)
        {
            if (identity.Item1 == key)
                Leave(leader);
        }
    }

    /// <summary>Removes the leader. Waiters that have no result yet are told to ask again.</summary>
    public void Leave(Leader leader)
    {
        _leaders.TryRemove(new(leader.Identity, leader));
        leader.Publish(LeaderResult.AskAgain.Instance);
    }
}
