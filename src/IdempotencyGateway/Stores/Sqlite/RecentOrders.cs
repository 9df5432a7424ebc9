using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// When erasures were ordered, for the sake of those who were under way just then. In memory, because nobody is under way who was so in an earlier process. Bounded: from the limit on the
/// oldest are forgotten.
/// </summary>
internal sealed class RecentOrders(TimeProvider time)
{
    /// <summary>Some 15 MB at the most; more than a provider lets be deleted within the longest call.</summary>
    private const int Limit = 65_536;

    private readonly Dictionary<(SubjectKey, Digest256?), long> _last = [];
    private readonly Queue<((SubjectKey, Digest256?) Order, long At)> _oldestFirst = new();

    /// <param name="caller">Whose records it covers; null for everybody's.</param>
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

    /// <returns>How long ago the last one was that covers a caller's records, or null.</returns>
    public TimeSpan? Since(SubjectKey subject, Digest256 caller)
    {
        var found = _last.TryGetValue((subject, null), out var last);
        if (_last.TryGetValue((subject, caller), out var own))
            (found, last) = (true, found ? Math.Max(last, own) : own);
        return found && time.GetElapsedTime(last) is var since && since <= ISubjectIndex.OrderMemory ? since : null;
    }
}
