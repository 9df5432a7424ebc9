using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite.Redo;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Which records are about which subject, and which of them are to be erased. Each change goes into the table and into the redo log. Only the holder of the writer's turn may use it.
/// </summary>
internal sealed class SubjectIndex(SubjectTable table, RecentOrders orders, RedoChanges changes)
{
    /// <returns>The age of the latest erasure order that covers the entry, or null.</returns>
    public TimeSpan? Note(SubjectKey subject, SubjectEntry entry, TimeSpan retention, StoreTime now)
    {
        Put(subject, SubjectMember.Noted(entry), now.Expiry(retention));
        if (table.Has(subject, SubjectMember.Due(entry), now))
            Remove(subject, SubjectMember.Due(entry));
        return orders.Since(subject, entry.Caller);
    }

    /// <returns>All entries within the order's reach that are to be erased, also those that earlier orders left.</returns>
    public IReadOnlyList<SubjectEntry> Order(SubjectKey subject, ErasureOrder order, StoreTime now)
    {
        var isRepeated = order.Deletion is { } known && table.Has(subject, SubjectMember.Deletion(known), now);
        var due = new List<SubjectEntry>();
        foreach (var (member, expires) in table.Find(subject, now))
        {
            if (SubjectMember.Read(member) is not var (entry, isDue) || !order.Reaches(entry) || (isRepeated && !isDue))
                continue;
            due.Add(entry);
            if (isDue)
                continue;
            Remove(subject, member);
            Put(subject, SubjectMember.Due(entry), expires);
        }
        if (isRepeated)
            return due;
        if (order.Deletion is { } deletion)
            Put(subject, SubjectMember.Deletion(deletion), now.Expiry(order.Retention));
        orders.Add(subject, order.Caller);
        return due;
    }

    public void End(SubjectKey subject, SubjectEntry entry) => Remove(subject, SubjectMember.Due(entry));

    private void Put(SubjectKey subject, byte[] member, long expires)
    {
        table.Put(subject, member, expires);
        changes.PutSubject(subject, member, expires);
    }

    private void Remove(SubjectKey subject, byte[] member)
    {
        table.Remove(subject, member);
        changes.RemoveSubject(subject, member);
    }
}
