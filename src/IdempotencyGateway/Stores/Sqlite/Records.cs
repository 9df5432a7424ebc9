using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// All records: those under way in memory, in front of the tables. Most records are claimed and completed between two commits, and never touch the table of unsettled ones.
/// Meanwhile the redo log makes them durable.
/// <para>Invariant: a record in memory is current, and overrides its row in the table. Only the holder of the writer's turn may use it.</para>
/// </summary>
internal sealed class Records(RecordTable table)
{
    private readonly Dictionary<StorageKey, RecordRow> _underWay = [];
    private readonly List<(StorageKey Key, RecordRow? Before)> _undo = [];

    /// <summary>The current record, expired or not.</summary>
    public RecordRow? Find(StorageKey key) => _underWay.GetValueOrDefault(key) ?? table.Find(key);

    /// <param name="stored">What <see cref="Find"/> returned.</param>
    /// <param name="next">Null to remove the record.</param>
    public void Replace(StorageKey key, RecordRow? stored, RecordRow? next)
    {
        if (stored is { IsSettled: true })
            table.RemoveSettled(key, stored);
        var isInTable = stored is { IsSettled: false, IsInTable: true };
        if (next is { IsSettled: false })
        {
            // Copied, because the bytes belong to the caller and are kept beyond the call.
            Set(key, next.Content.IsEmpty && next.IsInTable == isInTable ? next : next with { Content = next.Content.ToArray(), IsInTable = isInTable });
            return;
        }
        Set(key, null);
        if (isInTable)
            table.RemoveUnsettled(key);
        if (next is not null)
            table.AddSettled(key, next);
    }

    public long CountDoubts(StoreTime now)
    {
        WriteDown();
        return table.CountDoubts(now);
    }

    public DoubtPage ListDoubts(int limit, StoreTime now)
    {
        WriteDown();
        return table.ListDoubts(limit, now);
    }

    /// <summary>Writes the records under way into their table, before it is queried or committed.</summary>
    public void WriteDown()
    {
        foreach (var (key, row) in _underWay)
        {
            table.PutUnsettled(key, row);
            _undo.Add((key, row));
        }
        _underWay.Clear();
    }

    /// <summary>A group begins: marks the state that <see cref="Undo"/> restores.</summary>
    public void Save() => _undo.Clear();

    /// <summary>Restores the memory as it was at <see cref="Save"/>. The savepoint restores the tables.</summary>
    public void Undo()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
            Put(_undo[i].Key, _undo[i].Before);
        _undo.Clear();
    }

    /// <summary>Empties the memory when a transaction begins. If the last one was rolled back, the replay of the redo log fills it again.</summary>
    public void Forget()
    {
        _underWay.Clear();
        _undo.Clear();
    }

    private void Set(StorageKey key, RecordRow? row)
    {
        _undo.Add((key, _underWay.GetValueOrDefault(key)));
        Put(key, row);
    }

    private void Put(StorageKey key, RecordRow? row)
    {
        if (row is null)
            _underWay.Remove(key);
        else
            _underWay[key] = row;
    }
}
