using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// When erasures were ordered, for requests that were under way at that time and note their subject only afterwards: their records have to be erased, too. Kept in memory only, because
/// no request outlives the process. Bounded: at the limit the oldest orders are forgotten.
/// </summary>
internal sealed class RecentOrders(TimeProvider time)
{
    /// <summary>At most 15 MB, and more deletions than a provider accepts within the longest call.</summary>
    private const int Limit = 65_536;

    private readonly Dictionary<(SubjectKey, Digest256?), long> _last = [];
    private readonly Queue<((SubjectKey, Digest256?) Order, long At)> _oldestFirst = new();

    /// <param name="caller">The caller whose records the order covers; null for all callers.</param>
    public void Add(SubjectKey subject, Digest256? caller)
    {
        while (_oldestFirst.TryPeek(out var oldest) && (_oldestFirst.Count >= Limit || time.GetElapsedTime(oldest.At) > ISubjectIndex.OrderMemory))
        {
            _oldestFirst.Dequeue();
            if (_last.GetValueOrDefault(oldest.Order) == oldest.At)
                _last.Remove(oldest.Order);
        }
        var now = time.GetTimestamp();
        _last[(subject, caller)] = now;
        _oldestFirst.Enqueue(((subject, caller), now));
    }

    /// <returns>The age of the latest order that covers this caller's records, or null.</returns>
    public TimeSpan? Since(SubjectKey subject, Digest256 caller)
    {
        var found = _last.TryGetValue((subject, null), out var last);
        if (_last.TryGetValue((subject, caller), out var own))
            (found, last) = (true, found ? Math.Max(last, own) : own);
        return found && time.GetElapsedTime(last) is var since && since <= ISubjectIndex.OrderMemory ? since : null;
    }
}
